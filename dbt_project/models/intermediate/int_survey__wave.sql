-- A table, since every model by wave looks its waves up here.
{{ config(materialized="table") }}
-- Of the deliveries that hold a wave the newest is the one that counts, the first dates it.
with delivered as (
    select trust_code, instrument, wave, survey_year, reporting_month from {{ ref("stg_nss__response") }}
    union all
    select trust_code, instrument, wave, survey_year, reporting_month from {{ ref("stg_nqps__response") }}
    union all
    select trust_code, instrument, wave, cast(null as integer) as survey_year, reporting_month
    from {{ ref("stg_rcc__response") }}
),
waves as (
    select
        trust_code,
        instrument,
        wave,
        max(survey_year) as survey_year,
        min(reporting_month) as first_reporting_month,
        max(reporting_month) as newest_reporting_month
    from delivered
    group by trust_code, instrument, wave
),
versions as (
    select * from {{ ref("list_survey_version") }}
),
final as (
    select
        waves.trust_code,
        waves.instrument,
        waves.wave,
        waves.survey_year,
        versions.survey_version,
        waves.first_reporting_month,
        waves.newest_reporting_month
    from waves
    left join versions
        on waves.instrument = versions.instrument
        and waves.survey_year between extract(year from versions.valid_from)
            and coalesce(extract(year from versions.valid_to), waves.survey_year)
)
select * from final
