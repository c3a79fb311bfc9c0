{{ config(materialized="view") }}
with staff as (
    select * from {{ ref("fct_staff_month") }} where is_substantive
),
group_types as (
    select * from {{ ref("list_group_type") }}
),
trusts as (
    select * from {{ ref("list_trust") }}
),
professions as (
    select * from {{ ref("dim_profession") }}
),
pay_bands as (
    select * from {{ ref("dim_pay_band") }}
),
final as (
    select
        staff.trust_code,
        staff.reporting_month,
        staff.staff_key,
        group_types.group_type,
        {{ group_code("group_types.group_type", "staff") }} as group_code,
        {{
            group_name(
                "group_types.group_type",
                "coalesce(trusts.trust_name, staff.trust_code)",
                "professions.profession_name",
                "staff.directorate_name",
                "pay_bands.pay_band_group_name"
            )
        }} as group_name
    from staff
    inner join professions
        on staff.profession_code = professions.profession_code
    inner join pay_bands
        on staff.pay_band_code = pay_bands.pay_band_code
    left join trusts
        on staff.trust_code = trusts.trust_code
    cross join group_types
)
select * from final
