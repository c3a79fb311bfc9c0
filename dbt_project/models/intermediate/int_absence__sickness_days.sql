{%- set last_day_number = days_between("spells.reporting_month", month_end("spells.reporting_month")) -%}
-- Days of each month that a person was off sick: by reason, and over all reasons ('all', where spells that overlap count once).
with spells as (
    select * from {{ ref("stg_esr__absence") }} where absence_category = 'Sickness'
),
reasons as (
    select * from {{ ref("list_absence_reason") }}
),
-- Days are numbered within the month, its first day 0.
clipped as (
    select
        spells.trust_code,
        spells.staff_key,
        spells.reporting_month,
        spells.row_number_in_file,
        coalesce(reasons.absence_reason_code, 'unmapped') as absence_reason_code,
        greatest({{ days_between("spells.reporting_month", "spells.absence_start_date") }}, 0) as first_day,
        least(
            coalesce({{ days_between("spells.reporting_month", "spells.absence_end_date") }}, {{ last_day_number }}),
            {{ last_day_number }}
        ) as last_day
    from spells
    left join reasons
        on spells.absence_reason_code = reasons.absence_reason_code
),
scoped as (
    select trust_code, staff_key, reporting_month, absence_reason_code, row_number_in_file, first_day, last_day
    from clipped
    where first_day <= last_day
    union all
    select trust_code, staff_key, reporting_month, 'all' as absence_reason_code, row_number_in_file, first_day, last_day
    from clipped
    where first_day <= last_day
),
with_days_before as (
    select
        *,
        coalesce(
            max(last_day) over (
                partition by trust_code, staff_key, reporting_month, absence_reason_code
                order by first_day, last_day, row_number_in_file
                rows between unbounded preceding and 1 preceding
            ),
            -1
        ) as last_day_before
    from scoped
),
final as (
    select
        trust_code,
        staff_key,
        reporting_month,
        absence_reason_code,
        cast(sum(greatest(last_day - greatest(first_day, last_day_before + 1) + 1, 0)) as integer) as days_lost
    from with_days_before
    group by trust_code, staff_key, reporting_month, absence_reason_code
)
select * from final
