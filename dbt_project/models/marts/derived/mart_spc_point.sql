with figures as (
    select * from {{ ref("scorecard__figure") }}
),
indicators as (
    select * from {{ shown("dim_indicator") }}
),
profiles as (
    select * from {{ shown("dim_spc_profile") }}
),
rebases as (
    select * from {{ shown("dim_spc_rebase") }}
),
-- A chart starts anew at the first point with a value in or after the month asked for.
starts as (
    select
        figures.trust_code,
        figures.indicator_code,
        figures.group_type,
        figures.group_code,
        rebases.rebase_month as rebase_asked_month,
        min(figures.reporting_month) as reporting_month
    from figures
    inner join rebases
        on figures.trust_code = rebases.trust_code
        and figures.indicator_code = rebases.indicator_code
        and rebases.group_type in ('all', figures.group_type)
        and rebases.group_code in ('all', figures.group_code)
        and figures.reporting_month >= rebases.rebase_month
    where figures.value is not null
    group by
        figures.trust_code, figures.indicator_code, figures.group_type, figures.group_code, rebases.rebase_month
),
started as (
    select
        trust_code,
        indicator_code,
        group_type,
        group_code,
        reporting_month,
        max(rebase_asked_month) as rebase_asked_month
    from starts
    group by trust_code, indicator_code, group_type, group_code, reporting_month
),
series as (
    select
        figures.trust_code,
        figures.indicator_code,
        figures.group_type,
        figures.group_code,
        figures.group_name,
        figures.reporting_month,
        figures.reporting_month as date,
        figures.trust_code || '|' || figures.indicator_code || '|' || figures.group_type || '|' || figures.group_code
            as series_id,
        figures.value,
        figures.value_is_suppressed,
        figures.target,
        figures.is_provisional,
        indicators.unit,
        indicators.direction as improvement_direction,
        indicators.spc_profile as profile,
        started.rebase_asked_month,
        started.reporting_month is not null as is_rebase,
        cast(null as integer) as fix_after_n_points,
        case when indicators.is_rolling then 'rolling' when figures.value_is_suppressed then 'suppressed' end as withheld,
        profiles.screens_outliers and indicators.screen_outliers as screens_outliers,
        profiles.improvement_wins,
        profiles.minimum_points,
        profiles.shows_short_limits
    from figures
    inner join indicators
        on figures.indicator_code = indicators.indicator_code
    inner join profiles
        on indicators.spc_profile = profiles.profile
    left join started
        on figures.trust_code = started.trust_code
        and figures.indicator_code = started.indicator_code
        and figures.group_type = started.group_type
        and figures.group_code = started.group_code
        and figures.reporting_month = started.reporting_month
),
{{ xmr_steps("series") }},
final as (
    select
        trust_code,
        indicator_code,
        group_type,
        group_code,
        group_name,
        {{ group_sk("charted") }} as group_sk,
        reporting_month,
        value,
        case when upl is not null then mean end as mean,
        lpl,
        upl,
        near_lpl,
        near_upl,
        case when lpl < 0 then 0.0 else lpl end as lpl_display,
        case when unit = 'percent' and upl > 100 then 100.0 else upl end as upl_display,
        rebase_group as segment,
        rebase_asked_month,
        special_cause_type,
        is_outside_limits,
        is_in_trend,
        is_in_two_of_three,
        is_in_shift,
        point_type,
        variation_icon,
        assurance_icon,
        limits_status,
        profile,
        target,
        is_provisional,
        value_is_suppressed
    from charted
)
select * from final
