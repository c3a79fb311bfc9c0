with waves as (
    select *
    from (
        select distinct trust_code, instrument, wave, first_reporting_month, newest_reporting_month
        from {{ ref("fct_survey_score") }}
        -- RCC has medians by domain and item in a mart of its own
        where instrument <> 'RCC'
    ) as waves
    where {{ loaded_waves("waves", ["NSS", "NQPS"]) }}
),
scores as (
    select scores.*
    from {{ ref("fct_survey_score") }} as scores
    inner join waves
        on scores.trust_code = waves.trust_code
        and scores.instrument = waves.instrument
        and scores.wave = waves.wave
),
respondent_groups as (
    select * from {{ ref("bridge_respondent_group") }}
),
staff_groups as (
    select * from {{ ref("bridge_staff_group_month") }}
),
score_rules as (
    select * from {{ ref("dim_survey_score") }}
),
professions as (
    select * from {{ ref("int_survey__profession") }}
),
grouped as (
    select
        scores.trust_code,
        scores.instrument,
        scores.wave,
        scores.score_code,
        respondent_groups.group_type,
        respondent_groups.group_code,
        respondent_groups.group_name,
        case when respondent_groups.group_type in ('profession', 'directorate_profession') then scores.profession_code end
            as profession_code,
        scores.first_reporting_month,
        scores.newest_reporting_month,
        scores.score_value
    from scores
    inner join respondent_groups
        on scores.trust_code = respondent_groups.trust_code
        and scores.instrument = respondent_groups.instrument
        and scores.wave = respondent_groups.wave
        and scores.respondent_id = respondent_groups.respondent_id
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
        min(profession_code) as profession_code,
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
person_scores as (
    select
        figures.*,
        case when figures.n > 1 then sqrt(spreads.squared_deviations / (figures.n - 1)) end as sd
    from figures
    inner join spreads
        on figures.trust_code = spreads.trust_code
        and figures.instrument = spreads.instrument
        and figures.wave = spreads.wave
        and figures.score_code = spreads.score_code
        and figures.group_type = spreads.group_type
        and figures.group_code = spreads.group_code
),
-- a score that is combined by group has no value for a person, so nothing is known of its spread
group_scores as (
    select
        person_scores.trust_code,
        person_scores.instrument,
        person_scores.wave,
        parents.score_code,
        person_scores.group_type,
        person_scores.group_code,
        min(person_scores.group_name) as group_name,
        min(person_scores.profession_code) as profession_code,
        max(person_scores.first_reporting_month) as first_reporting_month,
        max(person_scores.newest_reporting_month) as newest_reporting_month,
        max(person_scores.respondents) as respondents,
        min(person_scores.n) as n,
        case when count(person_scores.mean) = max(parents.part_count)
            then {{ exact_sum("person_scores.mean", 16) }} / max(parents.part_count) end as mean,
        max(case when person_scores.is_unanimous_extreme then 1 else 0 end) = 1 as is_unanimous_extreme
    from person_scores
    inner join score_rules as parts
        on person_scores.instrument = parts.instrument
        and person_scores.score_code = parts.score_code
    inner join score_rules as parents
        on parts.instrument = parents.instrument
        and parts.parent_score_code = parents.score_code
    where parents.combined_at = 'group'
    group by
        person_scores.trust_code, person_scores.instrument, person_scores.wave, parents.score_code,
        person_scores.group_type, person_scores.group_code
    having count(*) = max(parents.part_count)
),
combined as (
    select
        trust_code, instrument, wave, score_code, group_type, group_code, group_name, profession_code,
        first_reporting_month, newest_reporting_month, respondents, n, mean, sd, median, p25, p75, positive_n, negative_n,
        is_unanimous_extreme
    from person_scores
    union all
    select
        trust_code, instrument, wave, score_code, group_type, group_code, group_name, profession_code,
        first_reporting_month, newest_reporting_month, respondents, n, mean,
        cast(null as double) as sd,
        cast(null as double) as median,
        cast(null as double) as p25,
        cast(null as double) as p75,
        cast(null as bigint) as positive_n,
        cast(null as bigint) as negative_n,
        is_unanimous_extreme
    from group_scores
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
        count(*) as headcount
    from staff_groups
    inner join wave_months
        on staff_groups.trust_code = wave_months.trust_code
        and staff_groups.reporting_month = wave_months.reporting_month
    group by
        staff_groups.trust_code, staff_groups.reporting_month, staff_groups.group_type, staff_groups.group_code
),
final as (
    select
        combined.trust_code,
        combined.instrument,
        combined.wave,
        combined.score_code,
        combined.group_type,
        combined.group_code,
        combined.group_name,
        combined.respondents,
        headcounts.headcount,
        {{ percentage("combined.respondents", "headcounts.headcount") }} as response_rate,
        combined.n,
        combined.mean,
        combined.sd,
        combined.median,
        combined.p25,
        combined.p75,
        {{ percentage("combined.positive_n", "combined.n") }} as positive_share,
        {{ percentage("combined.negative_n", "combined.n") }} as negative_share,
        combined.positive_n,
        combined.negative_n,
        combined.is_unanimous_extreme,
        combined.first_reporting_month,
        combined.newest_reporting_month
    from combined
    left join professions
        on combined.instrument = professions.instrument
        and combined.profession_code = professions.profession_code
    -- only where the survey's people of a profession are the workforce's; those of no profession are not the same people
    left join headcounts
        on combined.trust_code = headcounts.trust_code
        and combined.first_reporting_month = headcounts.reporting_month
        and combined.group_type = headcounts.group_type
        and combined.group_code = headcounts.group_code
        and (combined.profession_code is null or professions.is_as_workforce)
)
select * from final
