with staff as (
    select * from {{ ref("fct_staff_month") }}
    where {{ loaded_months() }} and is_substantive
),
characteristics as (
    select * from {{ ref("list_characteristic") }}
),
pay_bands as (
    select distinct pay_band_group, pay_band_group_name from {{ ref("dim_pay_band") }}
),
described as (
    select
        staff.trust_code,
        staff.reporting_month,
        characteristics.characteristic,
        characteristics.characteristic_name,
        staff.is_research_active,
        staff.pay_band_group,
        coalesce(
            case characteristics.characteristic
                when 'gender' then staff.gender
                when 'ethnic_group' then staff.ethnic_group
                when 'disability' then staff.disability
                when 'age_band' then staff.age_band
                when 'pay_band_group' then pay_bands.pay_band_group_name
            end,
            'Not recorded'
        ) as category_name
    from staff
    left join pay_bands
        on staff.pay_band_group = pay_bands.pay_band_group
    cross join characteristics
),
coded as (
    select
        *,
        case when characteristic = 'pay_band_group' then pay_band_group else {{ slug("category_name") }} end as category_code
    from described
),
counted as (
    select
        trust_code,
        characteristic,
        category_code,
        reporting_month,
        min(characteristic_name) as characteristic_name,
        min(category_name) as category_name,
        count(*) as headcount,
        case when count(is_research_active) > 0 then count(case when is_research_active then 1 end) end
            as research_active_headcount
    from coded
    group by trust_code, characteristic, category_code, reporting_month
),
final as (
    select
        {{ surrogate_key(["trust_code", "characteristic", "category_code", "reporting_month"]) }} as equity_month_sk,
        trust_code,
        characteristic,
        category_code,
        reporting_month,
        characteristic_name,
        category_name,
        headcount,
        research_active_headcount,
        cast(sum(headcount) over (partition by trust_code, characteristic, reporting_month) as bigint) as trust_headcount,
        cast(sum(research_active_headcount) over (partition by trust_code, characteristic, reporting_month) as bigint)
            as trust_research_active_headcount
    from counted
)
select * from final
