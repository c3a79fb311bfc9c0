-- Answers of each wave's newest delivery, with what its questionnaire says about the respondent and the question.
with responses as (
    select * from {{ ref("stg_nss__response") }}
),
waves as (
    select * from {{ ref("int_survey__wave") }}
),
directorates as (
    select
        directorate_name,
        nullif({{ slug("directorate_name") }}, '') as directorate_code
    from (select distinct directorate_name from {{ ref("stg_nss__response") }}) as names
),
occupations as (
    select
        waves.wave,
        occupations.instrument,
        occupations.occupational_group_code,
        occupations.profession_code
    from {{ ref("map_occupation_profession") }} as occupations
    inner join (select distinct instrument, wave, survey_year from {{ ref("int_survey__wave") }}) as waves
        on occupations.instrument = waves.instrument
        and waves.survey_year between extract(year from occupations.valid_from)
            and coalesce(extract(year from occupations.valid_to), waves.survey_year)
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
        waves.newest_reporting_month,
        responses.respondent_id,
        case
            when responses.occupational_group_code is not null then coalesce(occupations.profession_code, 'unmapped')
        end as profession_code,
        directorates.directorate_code,
        directorates.directorate_name,
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
    left join directorates
        on responses.directorate_name = directorates.directorate_name
    left join occupations
        on waves.instrument = occupations.instrument
        and waves.wave = occupations.wave
        and responses.occupational_group_code = occupations.occupational_group_code
    left join questions
        on waves.instrument = questions.instrument
        and waves.survey_version = questions.survey_version
        and responses.question_no = questions.question_no
)
select * from final
