with scores as (
    select * from {{ shown("mart_scorecard_month") }}
),
charts as (
    select * from {{ shown("mart_spc_point") }}
),
indicators as (
    select * from {{ shown("dim_indicator") }}
),
groups as (
    select * from {{ shown("dim_group") }}
),
final as (
    select
        scores.*,
        groups.group_type_name,
        groups.profession_code,
        groups.directorate_code,
        indicators.indicator_name,
        indicators.domain,
        indicators.definition,
        indicators.direction,
        indicators.unit,
        indicators.decimals,
        indicators.is_rolling,
        indicators.sort_order,
        charts.mean,
        charts.lpl,
        charts.upl,
        charts.near_lpl,
        charts.near_upl,
        charts.lpl_display,
        charts.upl_display,
        charts.segment,
        charts.special_cause_type,
        charts.point_type,
        charts.limits_status
    from scores
    inner join charts
        on scores.group_sk = charts.group_sk
        and scores.indicator_code = charts.indicator_code
        and scores.reporting_month = charts.reporting_month
    inner join indicators
        on scores.indicator_code = indicators.indicator_code
    inner join groups
        on scores.group_sk = groups.group_sk
)
select * from final
