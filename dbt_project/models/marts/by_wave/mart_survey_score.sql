with waves as (
    select *
    from (
        select distinct trust_code, instrument, wave, first_reporting_month, newest_reporting_month
        from {{ ref("fct_survey_score") }}
    ) as waves
    where {{ loaded_waves("waves") }}
),
-- a questionnaire does not ask for the pay band
scores as (
    select
        scores.*,
        cast(null as varchar) as pay_band_group
    from {{ ref("fct_survey_score") }} as scores
    inner join waves
        on scores.trust_code = waves.trust_code
        and scores.instrument = waves.instrument
        and scores.wave = waves.wave
),
staff_groups as (
    select * from {{ ref("bridge_staff_group_month") }}
),
trusts as (
    select * from {{ ref("dim_trust") }}
),
professions as (
    select * from {{ ref("dim_profession") }}
),
group_types as (
    select 'trust' as group_type
    union all
    select 'profession' as group_type
    union all
    select 'directorate' as group_type
    union all
    select 'directorate_profession' as group_type
),
grouped as (
    select
        scores.trust_code,
        scores.instrument,
        scores.wave,
        scores.score_code,
        group_types.group_type,
        {{ group_code("group_types.group_type", "scores") }} as group_code,
        {{
            group_name(
                "group_types.group_type",
                "coalesce(trusts.trust_name, scores.trust_code)",
                "professions.profession_name",
                "scores.directorate_name",
                "cast(null as varchar)"
            )
        }} as group_name,
        scores.first_reporting_month,
        scores.newest_reporting_month,
        scores.score_value
    from scores
    left join trusts
        on scores.trust_code = trusts.trust_code
    left join professions
        on scores.profession_code = professions.profession_code
    cross join group_types
),
figures as (
    select
        trust_code,
        instrument,
        wave,
        score_code,
        group_type,
        group_code,
        min(group_name) as group_name,
        max(first_reporting_month) as first_reporting_month,
        max(newest_reporting_month) as newest_reporting_month,
        count(*) as respondents,
        count(score_value) as n,
        {{ exact_sum("score_value", 12) }} / nullif(count(score_value), 0) as mean,
        {{ percentile("score_value", 0.5) }} as median,
        {{ percentile("score_value", 0.25) }} as p25,
        {{ percentile("score_value", 0.75) }} as p75,
        count(case when score_value > 5 then 1 end) as positive_n,
        count(case when score_value < 5 then 1 end) as negative_n,
        coalesce(min(score_value) = max(score_value) and max(score_value) in (0, 10), false) as is_unanimous_extreme
    from grouped
    -- who left occupational group or directorate blank is in no such group
    where group_code is not null
    group by trust_code, instrument, wave, score_code, group_type, group_code
),
spreads as (
    select
        grouped.trust_code,
        grouped.instrument,
        grouped.wave,
        grouped.score_code,
        grouped.group_type,
        grouped.group_code,
        {{ exact_sum("(grouped.score_value - figures.mean) * (grouped.score_value - figures.mean)", 12) }}
            as squared_deviations
    from grouped
    inner join figures
        on grouped.trust_code = figures.trust_code
        and grouped.instrument = figures.instrument
        and grouped.wave = figures.wave
        and grouped.score_code = figures.score_code
        and grouped.group_type = figures.group_type
        and grouped.group_code = figures.group_code
    group by
        grouped.trust_code, grouped.instrument, grouped.wave, grouped.score_code, grouped.group_type, grouped.group_code
),
wave_months as (
    select distinct trust_code, first_reporting_month as reporting_month from waves
),
headcounts as (
    select
        staff_groups.trust_code,
        staff_groups.reporting_month,
        staff_groups.group_type,
        staff_groups.group_code,
        max(staff_groups.group_name) as group_name,
        count(*) as headcount
    from staff_groups
    inner join wave_months
        on staff_groups.trust_code = wave_months.trust_code
        and staff_groups.reporting_month = wave_months.reporting_month
    -- occupational groups and job roles that map to no profession are not the same people
    where staff_groups.group_code not like '%unmapped'
    group by
        staff_groups.trust_code, staff_groups.reporting_month, staff_groups.group_type, staff_groups.group_code
),
final as (
    select
        figures.trust_code,
        figures.instrument,
        figures.wave,
        figures.score_code,
        figures.group_type,
        figures.group_code,
        coalesce(headcounts.group_name, figures.group_name) as group_name,
        figures.respondents,
        headcounts.headcount,
        {{ percentage("figures.respondents", "headcounts.headcount") }} as response_rate,
        figures.n,
        figures.mean,
        case when figures.n > 1 then sqrt(spreads.squared_deviations / (figures.n - 1)) end as sd,
        figures.median,
        figures.p25,
        figures.p75,
        {{ percentage("figures.positive_n", "figures.n") }} as positive_share,
        {{ percentage("figures.negative_n", "figures.n") }} as negative_share,
        cast(null as double) as benchmark_mean,
        'unweighted' as weighting,
        figures.positive_n,
        figures.negative_n,
        figures.is_unanimous_extreme,
        figures.newest_reporting_month
    from figures
    inner join spreads
        on figures.trust_code = spreads.trust_code
        and figures.instrument = spreads.instrument
        and figures.wave = spreads.wave
        and figures.score_code = spreads.score_code
        and figures.group_type = spreads.group_type
        and figures.group_code = spreads.group_code
    left join headcounts
        on figures.trust_code = headcounts.trust_code
        and figures.first_reporting_month = headcounts.reporting_month
        and figures.group_type = headcounts.group_type
        and figures.group_code = headcounts.group_code
)
select * from final
