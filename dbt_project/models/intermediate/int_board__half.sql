-- The halves that a trust's reporting months lie in, with the last month that they reach and the last with a staff snapshot.
with months as (
    select
        *,
        {{ half_start("reporting_month") }} as half_start_month
    from {{ ref("int_calendar__month") }}
),
snapshots as (
    select trust_code, reporting_month from {{ ref("int_delivery__as_of") }} where extract = 'hr_assignments'
),
final as (
    select
        months.trust_code,
        months.half_start_month,
        {{ add_months("months.half_start_month", 5) }} as half_end_month,
        max(months.reporting_month) as last_month,
        max(snapshots.reporting_month) as last_snapshot_month
    from months
    left join snapshots
        on months.trust_code = snapshots.trust_code
        and months.reporting_month = snapshots.reporting_month
    group by months.trust_code, months.half_start_month
)
select * from final
