with figures as (
    select * from {{ ref("scorecard__figure") }}
),
charts as (
    select * from {{ shown("mart_spc_point") }}
),
indicators as (
    select * from {{ shown("dim_indicator") }}
),
final as (
    select
        figures.trust_code,
        figures.indicator_code,
        figures.group_type,
        figures.group_code,
        figures.group_name,
        {{ group_sk("figures") }} as group_sk,
        figures.reporting_month,
        figures.value,
        figures.numerator,
        figures.denominator,
        figures.target,
        case indicators.direction
            when 'increase' then figures.value >= figures.target
            when 'decrease' then figures.value <= figures.target
        end as is_target_met,
        figures.benchmark,
        charts.variation_icon,
        charts.assurance_icon,
        figures.is_provisional,
        figures.value_is_suppressed,
        figures.numerator_is_suppressed,
        figures.denominator_is_suppressed
    from figures
    inner join indicators
        on figures.indicator_code = indicators.indicator_code
    left join charts
        on figures.trust_code = charts.trust_code
        and figures.indicator_code = charts.indicator_code
        and figures.group_type = charts.group_type
        and figures.group_code = charts.group_code
        and figures.reporting_month = charts.reporting_month
)
select * from final
