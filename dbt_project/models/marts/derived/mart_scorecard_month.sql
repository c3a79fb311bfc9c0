with figures as (
    select * from {{ ref("scorecard__figure") }}
),
charts as (
    select * from {{ shown("mart_spc_point") }}
),
final as (
    select
        figures.trust_code,
        figures.indicator_code,
        figures.group_type,
        figures.group_code,
        figures.group_name,
        figures.reporting_month,
        figures.value,
        figures.numerator,
        figures.denominator,
        figures.target,
        figures.benchmark,
        charts.variation_icon,
        charts.assurance_icon,
        figures.is_provisional,
        figures.value_is_suppressed,
        figures.numerator_is_suppressed,
        figures.denominator_is_suppressed
    from figures
    left join charts
        on figures.trust_code = charts.trust_code
        and figures.indicator_code = charts.indicator_code
        and figures.group_type = charts.group_type
        and figures.group_code = charts.group_code
        and figures.reporting_month = charts.reporting_month
)
select * from final
