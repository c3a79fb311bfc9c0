-- Every question of every questionnaire version: the same number is another concept in another year.
with versions as (
    select * from {{ ref("list_survey_version") }}
),
questions as (
    select * from {{ ref("map_question_concept") }}
)
select
    versions.instrument,
    versions.survey_version,
    questions.question_no,
    questions.concept_code,
    questions.concept_name,
    questions.scale_code,
    questions.filter_concept_code,
    questions.source,
    questions.status
from versions
inner join questions
    on versions.instrument = questions.instrument
    and versions.valid_from between questions.valid_from and coalesce(questions.valid_to, versions.valid_from)
