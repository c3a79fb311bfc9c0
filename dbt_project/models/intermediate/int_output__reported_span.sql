-- First and last delivery that lists an output.
select
    trust_code,
    output_id,
    min(delivery_month) as first_reported_month,
    max(delivery_month) as last_reported_month
from {{ ref("stg_rd__output") }}
group by trust_code, output_id
