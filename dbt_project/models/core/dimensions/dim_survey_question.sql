with questions as (
    select * from {{ ref("int_survey__question") }}
),
scored as (
    select distinct instrument, concept_code from {{ ref("map_score_concept") }}
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
        scored.concept_code is not null as is_scored,
        questions.source,
        questions.status
    from questions
    left join scored
        on questions.instrument = scored.instrument
        and questions.concept_code = scored.concept_code
)
select * from final
