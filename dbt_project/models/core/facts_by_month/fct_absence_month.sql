with sickness as (
    select * from {{ ref("int_absence__sickness_days") }}
    where {{ loaded_months() }} and absence_reason_code <> 'all'
),
staff as (
    select * from {{ ref("fct_staff_month") }} where {{ loaded_months() }} and is_substantive
),
final as (
    select
        {{
            surrogate_key(
                ["sickness.trust_code", "sickness.staff_key", "sickness.reporting_month", "sickness.absence_reason_code"]
            )
        }} as absence_month_sk,
        sickness.trust_code,
        sickness.staff_key,
        sickness.reporting_month,
        sickness.absence_reason_code,
        staff.staff_key is not null as is_counted,
        sickness.days_lost,
        cast(coalesce(cast(staff.fte as decimal(18, 8)), 0) * sickness.days_lost as double) as fte_days_lost
    from sickness
    left join staff
        on sickness.trust_code = staff.trust_code
        and sickness.staff_key = staff.staff_key
        and sickness.reporting_month = staff.reporting_month
)
select * from final
