{{ config(materialized="view") }}
with group_months as (
    select * from {{ ref("fct_workforce_group_month") }}
),
trusts as (
    select * from {{ ref("list_trust") }}
),
professions as (
    select * from {{ ref("dim_profession") }}
),
pay_bands as (
    select distinct pay_band_group, pay_band_group_name from {{ ref("dim_pay_band") }}
),
spans as (
    select
        trust_code,
        group_type,
        group_code,
        min(reporting_month) as first_month,
        max(reporting_month) as last_month
    from group_months
    where headcount > 0
    group by trust_code, group_type, group_code
),
-- A month in which nobody is in the group bears the name of the last month in which somebody was.
numbered as (
    select
        group_months.*,
        count(group_months.directorate_name) over (
            partition by group_months.trust_code, group_months.group_type, group_months.group_code
            order by group_months.reporting_month
            rows between unbounded preceding and current row
        ) as name_number
    from group_months
    inner join spans
        on group_months.trust_code = spans.trust_code
        and group_months.group_type = spans.group_type
        and group_months.group_code = spans.group_code
        and group_months.reporting_month between spans.first_month and spans.last_month
),
named as (
    select
        *,
        max(directorate_name) over (partition by trust_code, group_type, group_code, name_number) as name_of_directorate
    from numbered
),
final as (
    select
        named.trust_code,
        named.group_type,
        named.group_code,
        {{
            group_name(
                "named.group_type",
                "coalesce(trusts.trust_name, named.trust_code)",
                "professions.profession_name",
                "named.name_of_directorate",
                "pay_bands.pay_band_group_name"
            )
        }} as group_name,
        {{ group_sk("named") }} as group_sk,
        named.reporting_month
    from named
    left join trusts
        on named.trust_code = trusts.trust_code
    left join professions
        on named.profession_code = professions.profession_code
    left join pay_bands
        on named.group_code = pay_bands.pay_band_group
)
select * from final
