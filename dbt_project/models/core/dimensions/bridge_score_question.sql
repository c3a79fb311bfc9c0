with questions as (
    select * from {{ ref("dim_survey_question") }}
),
items as (
    select * from {{ ref("map_score_concept") }}
    where valid_to is null
),
domains as (
    select * from {{ ref("dim_survey_score") }}
    where score_level = 'domain'
),
-- by concept where a seed lists the items of a score; by block where every item of the block belongs to it
parts as (
    select
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
    union all
    select
        questions.instrument,
        questions.survey_version,
        domains.score_code,
        questions.question_no,
        questions.concept_code,
        'item' as item_role,
        domains.status
    from questions
    inner join domains
        on questions.instrument = domains.instrument
        and questions.block_code = domains.score_code
),
final as (
    select
        {{ surrogate_key(["instrument", "survey_version", "score_code", "question_no"]) }} as score_question_sk,
        *
    from parts
)
select * from final
