{#
    XmR charts of many series at once: the one copy of the rules, for `mart_spc_point` and for `rcw spc`
    (publishing/control_charts/charts.py renders this file). Rules and their sources: docs/control-charts.md. Plain Jinja, no dbt.

    `xmr_steps(series)` are the steps of a `with`, the last of them `charted`: one row a series and date, with every column of
    `series` and mean, limits, labels and icons. `series` holds, one row a series_id and date: value, is_rebase,
    improvement_direction, target, fix_after_n_points, withheld (a limits_status that forbids limits, or NULL) and the profile:
    screens_outliers, improvement_wins, minimum_points, shows_short_limits.

    Every window runs within a series and its segment, by date.
#}
{% macro xmr_steps(series) -%}
constants as (
    select
        2.66 as limit_factor,
        2.66 * 2 / 3 as near_limit_factor,
        3.267 as screening_factor,
        1e-9 as relative_tolerance,
        7 as run_length,
        0.75 as least_share_of_values
),
segmented as (
    select
        *,
        cast(sum(case when is_rebase then 1 else 0 end) over (partition by series_id order by date) as integer) as rebase_group,
        extract(year from date) * 12 + extract(month from date) as month_number
    from {{ series }}
),
placed as (
    select
        *,
        row_number() over segment as place,
        value - lag(value) over segment as step,
        month_number - lag(month_number) over segment as months_on
    from segmented
    window segment as (partition by series_id, rebase_group order by date)
),
-- Limits come from the baseline alone: the first points where a number is fixed, else all of the segment.
based as (
    select
        *,
        case when is_in_baseline then value end as baseline_value,
        case when is_in_baseline then abs(step) end as moving_range,
        case when is_in_baseline then month_number end as baseline_month,
        case when is_in_baseline then months_on end as baseline_months_on
    from (select *, place <= coalesce(fix_after_n_points, place) as is_in_baseline from placed) as marked
),
averaged as (
    select
        series_id,
        rebase_group,
        avg(baseline_value) as mean,
        avg(moving_range) as mean_range,
        count(value) as values_in_segment,
        count(baseline_value) as values_in_baseline,
        count(case when is_in_baseline then 1 end) as points_in_baseline,
        max(baseline_month) - min(baseline_month) as months_in_baseline,
        min(baseline_months_on) as months_apart,
        max(baseline_value) as highest,
        min(baseline_value) as lowest,
        max(withheld) as withheld_in_segment
    from based
    group by series_id, rebase_group
),
-- Ranges far above the others are left out once, where the profile screens.
screened as (
    select
        based.series_id,
        based.rebase_group,
        max(case when based.screens_outliers then 1 else 0 end) = 1 as is_screened,
        avg(
            case when based.moving_range < constants.screening_factor * averaged.mean_range then based.moving_range end
        ) as screened_range
    from based
    inner join averaged
        on based.series_id = averaged.series_id
        and based.rebase_group = averaged.rebase_group
    cross join constants
    group by based.series_id, based.rebase_group
),
measured as (
    select
        averaged.*,
        screened.screened_range,
        constants.*,
        constants.relative_tolerance * greatest(abs(averaged.highest), abs(averaged.lowest)) as tolerance,
        case when screened.is_screened then screened.screened_range else averaged.mean_range end as limit_range,
        averaged.mean
        + constants.limit_factor
        * case when screened.is_screened then screened.screened_range else averaged.mean_range end as computed_upl,
        averaged.mean
        - constants.limit_factor
        * case when screened.is_screened then screened.screened_range else averaged.mean_range end as computed_lpl
    from averaged
    inner join screened
        on averaged.series_id = screened.series_id
        and averaged.rebase_group = screened.rebase_group
    cross join constants
),
-- Where more than half of the points have one and the same value, most distances are nil and every run of them looks special.
commonest as (
    select
        series_id,
        rebase_group,
        max(values_alike) as values_alike
    from (
        select
            series_id,
            rebase_group,
            count(*) as values_alike
        from based
        where baseline_value is not null
        group by series_id, rebase_group, baseline_value
    ) as alike
    group by series_id, rebase_group
),
settled as (
    select
        based.*,
        measured.mean,
        measured.mean_range,
        measured.values_in_segment,
        measured.values_in_baseline,
        measured.points_in_baseline,
        measured.months_in_baseline,
        measured.months_apart,
        measured.highest,
        measured.lowest,
        measured.withheld_in_segment,
        measured.screened_range,
        measured.limit_range,
        measured.computed_upl,
        measured.computed_lpl,
        measured.tolerance,
        measured.near_limit_factor,
        measured.run_length,
        measured.least_share_of_values,
        commonest.values_alike
    from based
    inner join measured
        on based.series_id = measured.series_id
        and based.rebase_group = measured.rebase_group
    left join commonest
        on based.series_id = commonest.series_id
        and based.rebase_group = commonest.rebase_group
),
-- Where limits would say nothing, or cry wolf at every point, there are none.
sound as (
    select
        *,
        case
            when withheld_in_segment is not null then withheld_in_segment
            when values_in_baseline < 2 or mean_range is null then 'insufficient'
            when highest - lowest <= tolerance then 'no_variation'
            when coalesce(screened_range, 0) <= tolerance or 2 * values_alike > values_in_baseline then 'too_sparse'
            when values_in_segment < minimum_points then 'trial'
            when values_in_baseline < points_in_baseline * least_share_of_values then 'gappy'
            when months_apart > 0 and values_in_baseline < (months_in_baseline / months_apart + 1) * least_share_of_values
                then 'gappy'
            else 'ok'
        end as limits_status
    from settled
),
limited as (
    select
        *,
        case when has_limits then computed_upl end as upl,
        case when has_limits then computed_lpl end as lpl,
        case when has_limits then mean + near_limit_factor * limit_range end as near_upl,
        case when has_limits then mean - near_limit_factor * limit_range end as near_lpl,
        case
            when value is null or not has_limits then 0
            when abs(value - mean) <= tolerance then 0
            else sign(value - mean)
        end as side
    from (
        select
            *,
            limits_status in ('ok', 'gappy') or (limits_status = 'trial' and shows_short_limits) as has_limits
        from sound
    ) as judged
),
-- 1 is high, -1 is low, 0 is neither, for each rule by itself. A point on a limit is inside it.
judged as (
    select
        *,
        case when value - upl > tolerance then 1 when lpl - value > tolerance then -1 else 0 end as outside,
        case when abs(step) <= tolerance then 0 else sign(step) end as way
    from limited
),
near as (
    select
        *,
        case
            when outside = 0 and (value - near_upl > tolerance or near_lpl - value > tolerance) then 1
            else 0
        end as is_close
    from judged
),
-- A rule of several points fires at the last of them.
fired as (
    select
        *,
        abs(sum(side) over seven) = run_length and has_limits as ends_shift,
        abs(sum(way) over six_steps) = run_length - 1 and has_limits as ends_trend,
        abs(sum(side) over three) = 3 and sum(is_close) over three >= 2 as ends_pair
    from near
    window
        seven as (partition by series_id, rebase_group order by date rows between 6 preceding and current row),
        six_steps as (partition by series_id, rebase_group order by date rows between 5 preceding and current row),
        three as (partition by series_id, rebase_group order by date rows between 2 preceding and current row)
),
-- It counts for every point it is made of.
spread as (
    select
        *,
        coalesce(bool_or(ends_shift) over to_seventh, false) as is_in_shift,
        coalesce(bool_or(ends_trend) over to_seventh, false) as is_in_trend,
        coalesce(bool_or(ends_pair) over to_third and is_close = 1, false) as is_in_two_of_three
    from fired
    window
        to_seventh as (partition by series_id, rebase_group order by date rows between current row and 6 following),
        to_third as (partition by series_id, rebase_group order by date rows between current row and 2 following)
),
-- A trend points the way it goes on, at its last point the way it came.
directed as (
    select
        *,
        outside <> 0 as is_outside_limits,
        case
            when not is_in_trend then 0
            when lead(is_in_trend) over segment then lead(way) over segment
            else way
        end as trend,
        case when is_in_two_of_three then side else 0 end as pair,
        case when is_in_shift then side else 0 end as shift,
        case when ends_trend then way else 0 end as trend_so_far,
        case when ends_pair and is_close = 1 then side else 0 end as pair_so_far,
        case when ends_shift then side else 0 end as shift_so_far,
        case improvement_direction when 'increase' then 1 when 'decrease' then -1 else 0 end as good
    from spread
    window segment as (partition by series_id, rebase_group order by date)
),
-- Each point stands for the first of its rules: outside, trend, two in three, shift. As the newest of its series it would have only those
-- that fire at it.
chosen as (
    select
        *,
        {{ xmr_direction("outside", "trend", "pair", "shift") }} as direction,
        {{ xmr_direction("outside", "trend_so_far", "pair_so_far", "shift_so_far") }} as direction_so_far
    from directed
),
named as (
    select
        *,
        case
            when direction = 0 then null
            when direction = outside then 'outside'
            when direction = trend then 'trend'
            when direction = pair then 'pair'
            else 'shift'
        end as rule
    from chosen
),
labelled as (
    select
        *,
        case
            when rule = 'outside' and direction = 1 then 'Above UCL'
            when rule = 'outside' then 'Below LCL'
            when rule = 'trend' and direction = 1 then '7 Point Trend (Increasing)'
            when rule = 'trend' then '7 Point Trend (Decreasing)'
            when rule = 'pair' and direction = 1 then '2 in 3 Above CL'
            when rule = 'pair' then '2 in 3 Below CL'
            when rule = 'shift' and direction = 1 then '7 Points Above CL'
            when rule = 'shift' then '7 Points Below CL'
            else 'Common Cause'
        end as special_cause_type,
        case
            when rule is null then 'common_cause'
            when good = 0 and direction = 1 then 'special_cause_neutral_high'
            when good = 0 then 'special_cause_neutral_low'
            when direction = good then 'special_cause_improvement'
            else 'special_cause_concern'
        end as point_type
    from named
),
-- The icons that a point stands for as the newest of its series.
charted as (
    select
        *,
        case
            when limits_status <> 'ok' or value is null then null
            when direction_so_far = 0 then 'common_cause'
            else case
                when good = 0 then 'neutral' when direction_so_far = good then 'improvement' else 'concern'
            end || case when direction_so_far = 1 then '_high' else '_low' end
        end as variation_icon,
        case
            when limits_status <> 'ok' or target is null or good = 0 then null
            when (good = 1 and target > upl) or (good = -1 and target < lpl) then 'fail'
            when (good = 1 and target < lpl) or (good = -1 and target > upl) then 'pass'
            else 'inconsistent'
        end as assurance_icon
    from labelled
)
{%- endmacro %}


{#- Which way the special cause of a point goes: 1 up, -1 down, 0 none. The first of its rules decides; where improvement wins, a rule that
says so comes before the rest. -#}
{%- macro xmr_direction(outside, trend, pair, shift) -%}
case
            when improvement_wins and good <> 0 and good in ({{ outside }}, {{ trend }}, {{ pair }}, {{ shift }}) then good
            when {{ outside }} <> 0 then {{ outside }}
            when {{ trend }} <> 0 then {{ trend }}
            when {{ pair }} <> 0 then {{ pair }}
            else {{ shift }}
        end
{%- endmacro %}
