with staff as (
    select * from {{ ref("fct_staff_month") }}
    where {{ loaded_months_and_before(11) }} and is_substantive
),
awards as (
    select * from {{ ref("fct_award_month") }}
    where {{ loaded_months() }} and staff_key is not null and status_group in ('awarded', 'completed', 'not_awarded')
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where extract = 'rd_awards' and {{ loaded_months() }}
),
characteristics as (
    select * from {{ ref("list_characteristic") }}
),
pay_bands as (
    select distinct pay_band_group, pay_band_group_name from {{ ref("dim_pay_band") }}
),
{%- set attributes = ["gender", "ethnic_group", "disability", "age_band", "pay_band_group"] %}
-- An award that was made without a date of decision counts from the month in which it starts.
decisions as (
    select
        trust_code,
        reporting_month,
        staff_key,
        status_group <> 'not_awarded' as is_awarded,
        {{ month_start("coalesce(decision_date, case when status_group <> 'not_awarded' then start_date end)") }}
            as decision_month
    from awards
),
-- People as they are in the month, and for each decision of its last twelve months the applicant as they were then.
people as (
    select
        trust_code,
        reporting_month,
        staff_key,
        is_research_active,
        true as is_in_post,
        cast(null as boolean) as is_awarded,
        {{ attributes | join(", ") }}
    from staff
    where {{ loaded_months() }}
    union all
    select
        decisions.trust_code,
        decisions.reporting_month,
        decisions.staff_key,
        cast(null as boolean) as is_research_active,
        false as is_in_post,
        decisions.is_awarded,
        {%- for attribute in attributes %}
        staff.{{ attribute }}{{ "," if not loop.last }}
        {%- endfor %}
    from decisions
    inner join staff
        on decisions.trust_code = staff.trust_code
        and decisions.staff_key = staff.staff_key
        and decisions.decision_month = staff.reporting_month
    where decisions.decision_month between {{ add_months("decisions.reporting_month", -11) }} and decisions.reporting_month
),
described as (
    select
        people.*,
        characteristics.characteristic,
        characteristics.characteristic_name,
        coalesce(
            case characteristics.characteristic
                when 'gender' then people.gender
                when 'ethnic_group' then people.ethnic_group
                when 'disability' then people.disability
                when 'age_band' then people.age_band
                when 'pay_band_group' then pay_bands.pay_band_group_name
            end,
            'Not recorded'
        ) as category_name
    from people
    left join pay_bands
        on people.pay_band_group = pay_bands.pay_band_group
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
        count(case when is_in_post then 1 end) as headcount,
        case when count(is_research_active) > 0 then count(case when is_research_active then 1 end) end
            as research_active_headcount,
        count(is_awarded) as award_decided_12m,
        count(case when is_awarded then 1 end) as award_awarded_12m,
        count(distinct case when is_awarded is not null then staff_key end) as award_decided_headcount,
        count(distinct case when is_awarded then staff_key end) as award_awarded_headcount
    from coded
    group by trust_code, characteristic, category_code, reporting_month
),
final as (
    select
        {{
            surrogate_key([
                "counted.trust_code", "counted.characteristic", "counted.category_code", "counted.reporting_month"
            ])
        }} as equity_month_sk,
        counted.trust_code,
        counted.characteristic,
        counted.category_code,
        counted.reporting_month,
        counted.characteristic_name,
        counted.category_name,
        counted.headcount,
        counted.research_active_headcount,
        cast(
            sum(counted.headcount) over (
                partition by counted.trust_code, counted.characteristic, counted.reporting_month
            ) as bigint
        ) as trust_headcount,
        cast(
            sum(counted.research_active_headcount) over (
                partition by counted.trust_code, counted.characteristic, counted.reporting_month
            ) as bigint
        ) as trust_research_active_headcount,
        {%- for measure in [
            "award_decided_12m", "award_awarded_12m", "award_decided_headcount", "award_awarded_headcount"
        ] %}
        case when as_of.trust_code is not null then counted.{{ measure }} end as {{ measure }}{{ "," if not loop.last }}
        {%- endfor %}
    from counted
    left join as_of
        on counted.trust_code = as_of.trust_code
        and counted.reporting_month = as_of.reporting_month
)
select * from final where headcount > 0
