-- Answers of each wave's newest delivery, with what its questionnaire says about the respondent and the question.
with nss as (
    select * from {{ ref("stg_nss__response") }}
),
nqps as (
    select * from {{ ref("stg_nqps__response") }}
),
rcc as (
    select * from {{ ref("stg_rcc__response") }}
),
waves as (
    select * from {{ ref("int_survey__wave") }}
),
questions as (
    select * from {{ ref("int_survey__question") }}
),
occupations as (
    select
        years.survey_year,
        occupations.occupational_group_code,
        occupations.profession_code
    from {{ ref("map_occupation_profession") }} as occupations
    inner join (select distinct survey_year from {{ ref("int_survey__wave") }} where instrument = 'NSS') as years
        on years.survey_year between extract(year from occupations.valid_from)
            and coalesce(extract(year from occupations.valid_to), years.survey_year)
),
staff_groups as (
    select * from {{ ref("map_staff_group_profession") }}
    where valid_to is null
),
profession_labels as (
    select * from {{ ref("map_rcc_profession") }}
    where valid_to is null
),
answers as (
    select
        nss.trust_code,
        nss.reporting_month,
        nss.instrument,
        nss.wave,
        cast(null as {{ dbt.type_string() }}) as instrument_version,
        nss.respondent_id,
        case when nss.occupational_group_code is not null then coalesce(occupations.profession_code, 'unmapped') end
            as profession_code,
        nss.directorate_name,
        cast(null as {{ dbt.type_string() }}) as pay_band_group,
        nss.question_no,
        nss.response_code
    from nss
    left join occupations
        on nss.survey_year = occupations.survey_year
        and nss.occupational_group_code = occupations.occupational_group_code
    union all
    select
        nqps.trust_code,
        nqps.reporting_month,
        nqps.instrument,
        nqps.wave,
        cast(null as {{ dbt.type_string() }}) as instrument_version,
        nqps.respondent_id,
        case when nqps.staff_group is not null then coalesce(staff_groups.profession_code, 'unmapped') end
            as profession_code,
        nqps.directorate_name,
        cast(null as {{ dbt.type_string() }}) as pay_band_group,
        nqps.question_no,
        nqps.response_code
    from nqps
    left join staff_groups
        on nqps.staff_group = staff_groups.staff_group
    union all
    select
        rcc.trust_code,
        rcc.reporting_month,
        rcc.instrument,
        rcc.wave,
        rcc.instrument_version,
        rcc.respondent_id,
        case when rcc.profession_label_code is not null then coalesce(profession_labels.profession_code, 'unmapped') end
            as profession_code,
        rcc.directorate_name,
        rcc.pay_band_group,
        rcc.question_no,
        rcc.response_code
    from rcc
    left join profession_labels
        on rcc.profession_label_code = profession_labels.profession_label_code
),
directorates as (
    select
        directorate_name,
        nullif({{ slug("directorate_name") }}, '') as directorate_code
    from (
        select directorate_name from nss
        union
        select directorate_name from nqps
        union
        select directorate_name from rcc
    ) as names
),
final as (
    select
        waves.trust_code,
        waves.instrument,
        waves.wave,
        coalesce(answers.instrument_version, waves.survey_version) as survey_version,
        waves.first_reporting_month,
        waves.newest_reporting_month,
        answers.respondent_id,
        answers.profession_code,
        directorates.directorate_code,
        directorates.directorate_name,
        answers.pay_band_group,
        answers.question_no,
        coalesce(questions.concept_code, 'unmapped') as concept_code,
        coalesce(questions.scale_code, 'nominal') as scale_code,
        questions.filter_concept_code,
        answers.response_code
    from answers
    inner join waves
        on answers.trust_code = waves.trust_code
        and answers.instrument = waves.instrument
        and answers.wave = waves.wave
        and answers.reporting_month = waves.newest_reporting_month
    left join directorates
        on answers.directorate_name = directorates.directorate_name
    left join questions
        on waves.instrument = questions.instrument
        and coalesce(answers.instrument_version, waves.survey_version) = questions.survey_version
        and answers.question_no = questions.question_no
)
select * from final
