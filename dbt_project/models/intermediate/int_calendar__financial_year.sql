-- Financial years that have a reporting month; a year is shown as it stood in its last one.
select
    trust_code,
    {{ financial_year("reporting_month") }} as financial_year,
    min(reporting_month) as first_month,
    max(reporting_month) as last_month
from {{ ref("int_calendar__month") }}
group by trust_code, {{ financial_year("reporting_month") }}
