-- Answers of each wave's newest delivery, with what its questionnaire says about the respondent and the question.
with responses as (
    select * from {{ ref("stg_nss__response") }}
),
waves as (
    select * from {{ ref("int_survey__wave") }}
),
occupations as (
    select * from {{ ref("map_occupation_profession") }}
),
questions as (
    select * from {{ ref("int_survey__question") }}
),
final as (
    select
        waves.trust_code,
        waves.instrument,
        waves.wave,
        waves.survey_version,
        waves.first_reporting_month,
        responses.respondent_id,
        case
            when responses.occupational_group_code is not null then coalesce(occupations.profession_code, 'unmapped')
        end as profession_code,
        nullif({{ slug("responses.directorate_name") }}, '') as directorate_code,
        responses.directorate_name,
        responses.question_no,
        coalesce(questions.concept_code, 'unmapped') as concept_code,
        coalesce(questions.scale_code, 'nominal') as scale_code,
        questions.filter_concept_code,
        responses.response_code
    from responses
    inner join waves
        on responses.trust_code = waves.trust_code
        and responses.instrument = waves.instrument
        and responses.survey_year = waves.survey_year
        and responses.reporting_month = waves.newest_reporting_month
    left join occupations
        on responses.instrument = occupations.instrument
        and responses.occupational_group_code = occupations.occupational_group_code
        and responses.survey_year between extract(year from occupations.valid_from)
            and coalesce(extract(year from occupations.valid_to), responses.survey_year)
    left join questions
        on waves.instrument = questions.instrument
        and waves.survey_version = questions.survey_version
        and responses.question_no = questions.question_no
)
select * from final
