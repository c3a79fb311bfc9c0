with snapshots as (
    select
        trust_code,
        min(reporting_month) as first_month,
        max(reporting_month) as last_month
    from {{ source("raw", "delivery") }}
    where extract = 'hr_assignments' and status = 'current'
    group by trust_code
),
months as (
    {{ month_series("cast('2000-01-01' as date)", "cast('2099-12-01' as date)") }}
)
select
    snapshots.trust_code,
    months.month as reporting_month,
    {{ month_end("months.month") }} as month_end_date
from snapshots
inner join months
    on months.month between snapshots.first_month and snapshots.last_month
