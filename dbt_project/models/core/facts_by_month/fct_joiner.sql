with now as (
    select * from {{ ref("fct_staff_month") }} where {{ loaded_months() }} and is_substantive
),
before as (
    select * from {{ ref("fct_staff_month") }} where {{ loaded_months_and_before(1) }} and is_substantive
),
group_types as (
    select * from {{ ref("list_group_type") }}
),
-- `is_joiner` is NULL where the month before has no snapshot to compare with.
arrivals as (
    select
        now.trust_code,
        now.staff_key,
        now.reporting_month,
        group_types.group_type,
        {{ group_code("group_types.group_type", "now") }} as group_code,
        {{ group_code("group_types.group_type", "before") }} as group_code_before,
        before.staff_key is not null as is_internal_move,
        now.fte
    from now
    left join before
        on now.trust_code = before.trust_code
        and now.staff_key = before.staff_key
        and {{ add_months("now.reporting_month", -1) }} = before.reporting_month
    cross join group_types
    where now.is_joiner is not null
        and (
            before.staff_key is null
            or before.profession_code <> now.profession_code
            or before.directorate_code <> now.directorate_code
            or before.pay_band_group <> now.pay_band_group
        )
),
final as (
    select
        {{ surrogate_key(["trust_code", "staff_key", "reporting_month", "group_type"]) }} as joiner_sk,
        trust_code,
        staff_key,
        reporting_month,
        group_type,
        group_code,
        is_internal_move,
        fte
    from arrivals
    where group_code_before is null or group_code <> group_code_before
)
select * from final
