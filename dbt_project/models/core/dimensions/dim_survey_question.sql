with questions as (
    select * from {{ ref("int_survey__question") }}
),
scored as (
    select distinct instrument, concept_code from {{ ref("map_score_concept") }}
),
domains as (
    select * from {{ ref("list_survey_score") }}
    where score_level = 'domain' and valid_to is null
),
final as (
    select
        {{ surrogate_key(["questions.instrument", "questions.survey_version", "questions.question_no"]) }}
            as survey_question_sk,
        questions.instrument,
        questions.survey_version,
        questions.question_no,
        questions.concept_code,
        questions.concept_name,
        questions.scale_code,
        questions.filter_concept_code,
        questions.block_code,
        coalesce(scored.concept_code, domains.score_code) is not null as is_scored,
        questions.source,
        questions.status
    from questions
    left join scored
        on questions.instrument = scored.instrument
        and questions.concept_code = scored.concept_code
    left join domains
        on questions.instrument = domains.instrument
        and questions.block_code = domains.score_code
)
select * from final
