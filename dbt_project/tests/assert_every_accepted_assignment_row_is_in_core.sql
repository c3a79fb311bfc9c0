-- A month of fct_assignment_month has as many rows as its delivery brought. A difference means that a seed matched a row twice
-- or that a row was dropped on the way from raw to core.
with delivered as (
    select
        trust_code,
        reporting_month,
        sum(rows_accepted) as accepted
    from {{ source("raw", "delivery") }}
    where extract = 'hr_assignments' and status = 'current'
    group by trust_code, reporting_month
),
loaded as (
    select
        trust_code,
        reporting_month,
        count(*) as loaded
    from {{ ref("fct_assignment_month") }}
    group by trust_code, reporting_month
)
select
    delivered.trust_code,
    delivered.reporting_month,
    delivered.accepted,
    loaded.loaded
from delivered
full outer join loaded
    on delivered.trust_code = loaded.trust_code
    and delivered.reporting_month = loaded.reporting_month
where coalesce(delivered.accepted, 0) <> coalesce(loaded.loaded, 0)
