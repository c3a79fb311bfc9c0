with waves as (
    select waves.* from {{ ref("int_survey__wave") }} as waves
    where {{ loaded_waves("waves") }}
),
responses as (
    select coded.*
    from {{ ref("int_survey__coded_response") }} as coded
    inner join waves
        on coded.trust_code = waves.trust_code
        and coded.instrument = waves.instrument
        and coded.wave = waves.wave
),
filter_concepts as (
    select distinct instrument, filter_concept_code as concept_code from {{ ref("dim_survey_question") }}
    where filter_concept_code is not null
),
-- A filter answered with anything but yes has a value of its own or is not known; the questions behind it were not put.
closed_filters as (
    select
        filters.trust_code,
        filters.instrument,
        filters.wave,
        filters.respondent_id,
        filters.concept_code
    from responses as filters
    inner join filter_concepts
        on filters.instrument = filter_concepts.instrument
        and filters.concept_code = filter_concepts.concept_code
    where filters.value is not null or filters.missing_reason = 'dont_know'
),
final as (
    select
        {{ surrogate_key([
            "responses.trust_code", "responses.instrument", "responses.wave", "responses.respondent_id", "responses.question_no"
        ]) }} as survey_response_sk,
        responses.trust_code,
        responses.instrument,
        responses.wave,
        responses.respondent_id,
        responses.question_no,
        responses.survey_version,
        responses.concept_code,
        responses.profession_code,
        responses.directorate_code,
        responses.directorate_name,
        responses.pay_band_group,
        responses.response_code,
        responses.value,
        case
            when responses.missing_reason = 'refused' and closed_filters.concept_code is not null then 'skipped_filter'
            else responses.missing_reason
        end as missing_reason,
        responses.first_reporting_month,
        responses.newest_reporting_month
    from responses
    left join closed_filters
        on responses.trust_code = closed_filters.trust_code
        and responses.instrument = closed_filters.instrument
        and responses.wave = closed_filters.wave
        and responses.respondent_id = closed_filters.respondent_id
        and responses.filter_concept_code = closed_filters.concept_code
)
select * from final
