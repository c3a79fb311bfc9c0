with waves as (
    select *
    from (
        select distinct trust_code, instrument, wave, first_reporting_month, newest_reporting_month
        from {{ ref("bridge_respondent_group") }}
        where instrument = 'RCC'
    ) as waves
    where {{ loaded_waves("waves", ["RCC"]) }}
),
questions as (
    select * from {{ ref("dim_survey_question") }}
    where instrument = 'RCC' and block_code in ('org', 'team', 'ind')
),
item_ratings as (
    select
        responses.trust_code,
        responses.wave,
        responses.respondent_id,
        questions.block_code as domain_code,
        responses.question_no as item_code,
        questions.concept_name as item_name,
        responses.value as rating,
        case when responses.value is not null then 1 else 0 end as rated,
        case when responses.missing_reason = 'unsure' then 1 else 0 end as unsure
    from {{ ref("fct_survey_response") }} as responses
    inner join waves
        on responses.trust_code = waves.trust_code
        and responses.instrument = waves.instrument
        and responses.wave = waves.wave
    inner join questions
        on responses.survey_version = questions.survey_version
        and responses.question_no = questions.question_no
    where responses.instrument = 'RCC'
),
domain_scores as (
    select * from {{ ref("fct_survey_score") }}
    where instrument = 'RCC'
),
domain_ratings as (
    select
        item_ratings.trust_code,
        item_ratings.wave,
        item_ratings.respondent_id,
        item_ratings.domain_code,
        max(domain_scores.score_value) as rating,
        sum(item_ratings.rated) as rated,
        sum(item_ratings.unsure) as unsure
    from item_ratings
    left join domain_scores
        on item_ratings.trust_code = domain_scores.trust_code
        and item_ratings.wave = domain_scores.wave
        and item_ratings.respondent_id = domain_scores.respondent_id
        and item_ratings.domain_code = domain_scores.score_code
    group by item_ratings.trust_code, item_ratings.wave, item_ratings.respondent_id, item_ratings.domain_code
),
score_names as (
    select * from {{ ref("dim_survey_score") }}
    where instrument = 'RCC'
),
-- a domain as a whole bears its own code in place of an item's
ratings as (
    select
        trust_code,
        wave,
        respondent_id,
        'item' as level,
        domain_code,
        item_code,
        item_name,
        rating,
        rated,
        unsure
    from item_ratings
    union all
    select
        domain_ratings.trust_code,
        domain_ratings.wave,
        domain_ratings.respondent_id,
        'domain' as level,
        domain_ratings.domain_code,
        domain_ratings.domain_code as item_code,
        score_names.score_name as item_name,
        domain_ratings.rating,
        domain_ratings.rated,
        domain_ratings.unsure
    from domain_ratings
    inner join score_names
        on domain_ratings.domain_code = score_names.score_code
),
respondent_groups as (
    select * from {{ ref("bridge_respondent_group") }}
    where instrument = 'RCC'
),
figures as (
    select
        respondent_groups.trust_code,
        respondent_groups.wave,
        ratings.level,
        ratings.domain_code,
        ratings.item_code,
        respondent_groups.group_type,
        respondent_groups.group_code,
        max(ratings.item_name) as item_name,
        min(respondent_groups.group_name) as group_name,
        count(*) as respondents,
        count(ratings.rating) as n,
        {{ percentile("ratings.rating", 0.5) }} as median,
        {{ percentile("ratings.rating", 0.25) }} as p25,
        {{ percentile("ratings.rating", 0.75) }} as p75,
        cast(sum(ratings.unsure) as bigint) as unsure_count,
        cast(sum(ratings.rated + ratings.unsure) as bigint) as answered_count,
        count(case when ratings.rated + ratings.unsure > 0 then 1 end) as answering_n,
        count(case when ratings.rated > 0 then 1 end) as rating_n,
        count(case when ratings.unsure > 0 then 1 end) as unsure_n,
        coalesce(min(ratings.rating) = max(ratings.rating) and max(ratings.rating) in (1, 10), false)
            as is_unanimous_extreme
    from ratings
    inner join respondent_groups
        on ratings.trust_code = respondent_groups.trust_code
        and ratings.wave = respondent_groups.wave
        and ratings.respondent_id = respondent_groups.respondent_id
    group by
        respondent_groups.trust_code, respondent_groups.wave, ratings.level, ratings.domain_code, ratings.item_code,
        respondent_groups.group_type, respondent_groups.group_code
),
final as (
    select
        figures.trust_code,
        waves.instrument,
        figures.wave,
        waves.first_reporting_month as wave_month,
        figures.level,
        figures.domain_code,
        figures.item_code,
        figures.item_name,
        figures.group_type,
        figures.group_code,
        figures.group_name,
        {{ group_sk("figures") }} as group_sk,
        figures.respondents,
        figures.n,
        figures.median,
        figures.p25,
        figures.p75,
        figures.unsure_count,
        figures.answered_count,
        {{ percentage("figures.unsure_count", "figures.answered_count") }} as unsure_rate,
        figures.answering_n,
        figures.rating_n,
        figures.unsure_n,
        figures.is_unanimous_extreme,
        waves.newest_reporting_month
    from figures
    inner join waves
        on figures.trust_code = waves.trust_code
        and figures.wave = waves.wave
)
select * from final
