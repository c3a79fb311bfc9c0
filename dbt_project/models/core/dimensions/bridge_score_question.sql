with questions as (
    select * from {{ ref("dim_survey_question") }}
),
items as (
    select * from {{ ref("map_score_concept") }}
    where valid_to is null
),
final as (
    select
        {{ surrogate_key([
            "questions.instrument", "questions.survey_version", "items.score_code", "questions.question_no"
        ]) }} as score_question_sk,
        questions.instrument,
        questions.survey_version,
        items.score_code,
        questions.question_no,
        questions.concept_code,
        items.item_role,
        items.status
    from questions
    inner join items
        on questions.instrument = items.instrument
        and questions.concept_code = items.concept_code
)
select * from final
