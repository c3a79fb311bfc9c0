with sites as (
    select * from {{ ref("fct_study_report") }}
),
identifiers as (
    select * from {{ ref("bridge_study_identifier") }}
),
national_studies as (
    select * from {{ ref("int_portfolio__national_study") }}
),
national_reports as (
    select * from {{ ref("fct_cpms_study_report") }}
),
seen as (
    select
        trust_code,
        project_id,
        min(reporting_month) as first_seen_month,
        max(reporting_month) as last_seen_month,
        coalesce(
            min(case when status_group in ('closed', 'closed_follow_up') then reporting_month end)
            < max(case when status_group in ('open', 'suspended') then reporting_month end),
            false
        ) as is_reopened
    from sites
    group by trust_code, project_id
),
national_last_seen as (
    select trust_code, cpms_id, max(reporting_month) as reporting_month from national_reports group by trust_code, cpms_id
),
national as (
    select
        national_studies.project_id,
        reports.*
    from national_studies
    inner join national_last_seen
        on national_studies.trust_code = national_last_seen.trust_code
        and national_studies.cpms_id = national_last_seen.cpms_id
    inner join national_reports as reports
        on national_last_seen.trust_code = reports.trust_code
        and national_last_seen.cpms_id = reports.cpms_id
        and national_last_seen.reporting_month = reports.reporting_month
),
final as (
    select
        {{ surrogate_key(["sites.trust_code", "sites.project_id"]) }} as study_sk,
        sites.trust_code,
        sites.project_id,
        identifiers.study_cluster_id,
        sites.short_title,
        sites.clinical_area,
        sites.study_type,
        sites.is_commercial,
        sites.site_status,
        sites.status_group,
        sites.target,
        sites.invited_date,
        sites.selected_date,
        sites.confirmed_date,
        sites.open_date,
        sites.opened_date,
        sites.first_participant_date,
        sites.planned_recruitment_end_date,
        sites.actual_recruitment_end_date,
        sites.planned_closing_date,
        sites.actual_closing_date,
        sites.iras_number,
        coalesce(sites.cpms_id, national.cpms_id) as cpms_id,
        national.study_route,
        national.managing_specialty,
        national.sponsor,
        national.study_status as national_status,
        national.status_group as national_status_group,
        national.uk_target,
        national.uk_recruited,
        national.planned_opening_date as uk_planned_opening_date,
        national.actual_opening_date as uk_opened_date,
        national.planned_closure_date as uk_planned_closure_date,
        national.actual_closure_date as uk_closed_date,
        seen.first_seen_month,
        seen.last_seen_month,
        national.reporting_month as national_last_seen_month,
        seen.is_reopened
    from sites
    inner join seen
        on sites.trust_code = seen.trust_code
        and sites.project_id = seen.project_id
        and sites.reporting_month = seen.last_seen_month
    inner join identifiers
        on sites.trust_code = identifiers.trust_code
        and sites.project_id = identifiers.project_id
        and identifiers.scheme = 'EDGE'
    left join national
        on sites.trust_code = national.trust_code
        and sites.project_id = national.project_id
)
select * from final
