-- XmR charts of many series at once. Reads `spc_input` (series_id, date, value, is_rebase, improvement_direction, target,
-- fix_after_n_points; one row a date) and `spc_profile` (one row of profiles.csv); makes `spc_point`.
-- Rules and their sources: docs/control-charts.md. Every window runs within a series and its segment, by date.
create or replace temp table spc_point as
with constants as (
    select
        2.66 as limit_factor,
        2.66 * 2 / 3 as near_limit_factor,
        3.267 as screening_factor,
        1e-9 as tolerance,
        7 as run_length,
        0.75 as least_share_of_values
),
segmented as (
    select
        *,
        sum(case when is_rebase then 1 else 0 end) over (partition by series_id order by date) as rebase_group
    from spc_input
),
placed as (
    select
        *,
        row_number() over segment as place,
        value - lag(value) over segment as step
    from segmented
    window segment as (partition by series_id, rebase_group order by date)
),
-- Limits come from the baseline alone: the first points where a number is fixed, else all of the segment.
based as (
    select
        *,
        case when is_in_baseline then value end as baseline_value,
        case when is_in_baseline then abs(step) end as moving_range
    from (select *, place <= coalesce(fix_after_n_points, place) as is_in_baseline from placed) as marked
),
averaged as (
    select
        *,
        avg(baseline_value) over segment as mean,
        avg(moving_range) over segment as mean_range,
        count(baseline_value) over segment as values_in_baseline,
        count(case when is_in_baseline then 1 end) over segment as points_in_baseline,
        max(baseline_value) over segment as highest,
        min(baseline_value) over segment as lowest
    from based
    window segment as (
        partition by series_id, rebase_group order by date rows between unbounded preceding and unbounded following
    )
),
-- Ranges far above the others are left out once, where the profile screens.
screened as (
    select
        averaged.*,
        spc_profile.improvement_wins,
        spc_profile.minimum_points,
        spc_profile.shows_short_limits,
        case
            when spc_profile.screens_outliers
                then avg(
                    case when averaged.moving_range < constants.screening_factor * averaged.mean_range then averaged.moving_range end
                ) over (
                    partition by averaged.series_id, averaged.rebase_group order by averaged.date
                    rows between unbounded preceding and unbounded following
                )
            else averaged.mean_range
        end as screened_range,
        constants.tolerance * greatest(abs(averaged.highest), abs(averaged.lowest)) as tolerance
    from averaged
    cross join spc_profile
    cross join constants
),
-- Where limits would say nothing, or cry wolf at every point, there are none.
sound as (
    select
        *,
        case
            when values_in_baseline < 2 or mean_range is null then 'too_few'
            when highest - lowest <= tolerance then 'no_variation'
            when coalesce(screened_range, 0) <= tolerance then 'too_sparse'
            when values_in_baseline < minimum_points then 'short'
            when values_in_baseline < points_in_baseline * (select least_share_of_values from constants) then 'gappy'
            else 'ok'
        end as limits_status
    from screened
),
limited as (
    select
        *,
        case when has_limits then mean + limit_factor * screened_range end as upl,
        case when has_limits then mean - limit_factor * screened_range end as lpl,
        case when has_limits then near_limit_factor * screened_range end as near_distance,
        case
            when value is null or not has_limits then 0
            when abs(value - mean) <= tolerance then 0
            else sign(value - mean)
        end as side
    from (
        select
            *,
            limits_status in ('ok', 'gappy') or (limits_status = 'short' and shows_short_limits) as has_limits
        from sound
    ) as judged
    cross join (select limit_factor, near_limit_factor from constants) as factors
),
-- 1 is high, -1 is low, 0 is neither, for each rule by itself. A point on a limit is inside it.
judged as (
    select
        *,
        case when value - upl > tolerance then 1 when lpl - value > tolerance then -1 else 0 end as outside
    from limited
),
near as (
    select
        *,
        case when outside = 0 and abs(value - mean) - near_distance > tolerance then 1 else 0 end as is_close
    from judged
),
-- A rule of several points fires at the last of them.
fired as (
    select
        *,
        abs(sum(side) over seven) = run_length and has_limits as ends_shift,
        abs(sum(sign(step)) over six_steps) = run_length - 1 and has_limits as ends_trend,
        abs(sum(side) over three) = 3 and sum(is_close) over three >= 2 as ends_pair
    from near
    cross join (select run_length from constants) as lengths
    window
        seven as (partition by series_id, rebase_group order by date rows between 6 preceding and current row),
        six_steps as (partition by series_id, rebase_group order by date rows between 5 preceding and current row),
        three as (partition by series_id, rebase_group order by date rows between 2 preceding and current row)
),
-- It counts for every point it is made of.
spread as (
    select
        *,
        bool_or(ends_shift) over to_seventh as is_in_shift,
        bool_or(ends_trend) over to_seventh as is_in_trend,
        bool_or(ends_pair) over to_third and is_close = 1 as is_in_pair
    from fired
    window
        to_seventh as (partition by series_id, rebase_group order by date rows between current row and 6 following),
        to_third as (partition by series_id, rebase_group order by date rows between current row and 2 following)
),
-- A trend points the way it goes on, at its last point the way it came.
directed as (
    select
        *,
        case
            when not is_in_trend then 0
            when lead(is_in_trend) over segment then lead(sign(step)) over segment
            else sign(step)
        end as trend,
        case when is_in_pair then side else 0 end as pair,
        case when is_in_shift then side else 0 end as shift,
        case improvement_direction when 'increase' then 1 when 'decrease' then -1 else 0 end as good
    from spread
    window segment as (partition by series_id, rebase_group order by date)
),
-- One label a point: outside, trend, two in three, shift. Where improvement wins, a rule that says so comes before the rest.
chosen as (
    select
        *,
        case
            when improvement_wins and good <> 0 and good in (outside, trend, pair, shift)
                then case good when outside then 'outside' when trend then 'trend' when pair then 'pair' else 'shift' end
            when outside <> 0 then 'outside'
            when trend <> 0 then 'trend'
            when pair <> 0 then 'pair'
            when shift <> 0 then 'shift'
        end as rule
    from directed
),
named as (
    select
        *,
        case rule when 'outside' then outside when 'trend' then trend when 'pair' then pair when 'shift' then shift end as direction
    from chosen
)
select
    series_id,
    date,
    value,
    cast(rebase_group as integer) as rebase_group,
    mean,
    lpl,
    upl,
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
    end as point_type,
    limits_status,
    cast(coalesce(direction, 0) as integer) as direction,
    cast(good as integer) as good,
    target
from named
order by series_id, date;

-- What a series comes to: its last point and the limits that hold there.
create or replace temp table spc_series as
with newest as (
    select * from (
        select *, row_number() over (partition by series_id order by date desc) as from_last from spc_point
    ) as counted
    where from_last = 1
)
select
    series_id,
    case
        when limits_status <> 'ok' or value is null then null
        when point_type = 'common_cause' then 'common_cause'
        else case
            when good = 0 then 'neutral' when direction = good then 'improvement' else 'concern'
        end || case when direction = 1 then '_high' else '_low' end
    end as variation_icon,
    case
        when limits_status <> 'ok' or target is null or good = 0 then null
        when (good = 1 and target > upl) or (good = -1 and target < lpl) then 'fail'
        when (good = 1 and target < lpl) or (good = -1 and target > upl) then 'pass'
        else 'inconsistent'
    end as assurance_icon,
    limits_status
from newest
order by series_id;
