-- First and last delivery that lists an output.
select
    trust_code,
    output_id,
    min(reporting_month) as first_reported_month,
    max(reporting_month) as last_reported_month
from {{ ref("fct_output_report") }}
group by trust_code, output_id
