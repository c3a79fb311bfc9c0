-- A wave is a survey year; of the deliveries that hold it the newest is the one that counts, the first dates it.
with delivered as (
    select
        trust_code,
        instrument,
        survey_year,
        min(reporting_month) as first_reporting_month,
        max(reporting_month) as newest_reporting_month
    from {{ ref("stg_nss__response") }}
    group by trust_code, instrument, survey_year
),
versions as (
    select * from {{ ref("list_survey_version") }}
),
final as (
    select
        delivered.trust_code,
        delivered.instrument,
        cast(delivered.survey_year as varchar) as wave,
        delivered.survey_year,
        versions.survey_version,
        delivered.first_reporting_month,
        delivered.newest_reporting_month
    from delivered
    left join versions
        on delivered.instrument = versions.instrument
        and delivered.survey_year between extract(year from versions.valid_from)
            and coalesce(extract(year from versions.valid_to), delivered.survey_year)
)
select * from final
