with waves as (
    select *
    from (
        select distinct trust_code, instrument, wave, first_reporting_month, newest_reporting_month
        from {{ ref("fct_survey_response") }}
    ) as waves
    where {{ loaded_waves("waves") }}
),
-- nobody's pay band is published with a survey answer
respondents as (
    select distinct
        responses.trust_code,
        responses.instrument,
        responses.wave,
        responses.respondent_id,
        responses.profession_code,
        responses.directorate_code,
        responses.directorate_name,
        cast(null as {{ dbt.type_string() }}) as pay_band_group,
        waves.first_reporting_month,
        waves.newest_reporting_month
    from {{ ref("fct_survey_response") }} as responses
    inner join waves
        on responses.trust_code = waves.trust_code
        and responses.instrument = waves.instrument
        and responses.wave = waves.wave
),
group_types as (
    select 'trust' as group_type
    union all
    select 'profession' as group_type
    union all
    select 'directorate' as group_type
    union all
    select 'directorate_profession' as group_type
),
trusts as (
    select * from {{ ref("list_trust") }}
),
professions as (
    select * from {{ ref("dim_profession") }}
),
grouped as (
    select
        respondents.trust_code,
        respondents.instrument,
        respondents.wave,
        respondents.respondent_id,
        group_types.group_type,
        {{ group_code("group_types.group_type", "respondents") }} as group_code,
        {{
            group_name(
                "group_types.group_type",
                "coalesce(trusts.trust_name, respondents.trust_code)",
                "professions.profession_name",
                "respondents.directorate_name",
                "cast(null as " ~ dbt.type_string() ~ ")"
            )
        }} as group_name,
        respondents.first_reporting_month,
        respondents.newest_reporting_month
    from respondents
    left join trusts
        on respondents.trust_code = trusts.trust_code
    left join professions
        on respondents.profession_code = professions.profession_code
    cross join group_types
),
-- a directorate is named as in the workforce where it has staff
staff_names as (
    select
        staff_groups.trust_code,
        staff_groups.reporting_month,
        staff_groups.group_type,
        staff_groups.group_code,
        max(staff_groups.group_name) as group_name
    from {{ ref("bridge_staff_group_month") }} as staff_groups
    inner join (select distinct trust_code, first_reporting_month from waves) as wave_months
        on staff_groups.trust_code = wave_months.trust_code
        and staff_groups.reporting_month = wave_months.first_reporting_month
    group by
        staff_groups.trust_code, staff_groups.reporting_month, staff_groups.group_type, staff_groups.group_code
),
final as (
    select
        {{ surrogate_key([
            "grouped.trust_code", "grouped.instrument", "grouped.wave", "grouped.respondent_id", "grouped.group_type"
        ]) }} as respondent_group_sk,
        grouped.trust_code,
        grouped.instrument,
        grouped.wave,
        grouped.respondent_id,
        grouped.group_type,
        grouped.group_code,
        coalesce(staff_names.group_name, grouped.group_name) as group_name,
        grouped.first_reporting_month,
        grouped.newest_reporting_month
    from grouped
    left join staff_names
        on grouped.trust_code = staff_names.trust_code
        and grouped.first_reporting_month = staff_names.reporting_month
        and grouped.group_type = staff_names.group_type
        and grouped.group_code = staff_names.group_code
    -- who left profession or directorate blank is in no such group
    where grouped.group_code is not null
)
select * from final
