with sites as (
    select * from {{ source("raw", "rd_project_sites") }}
),
-- Several labels may share a slug; they then share a group too.
status_groups as (
    select
        {{ slug("study_status") }} as study_status_slug,
        min(status_group) as status_group
    from {{ ref("map_study_status_group") }}
    group by {{ slug("study_status") }}
),
final as (
    select
        sites.trust_code,
        sites.reporting_month as delivery_month,
        sites.project_id,
        sites.iras_number,
        sites.cpms_id,
        upper(sites.nct_number) as nct_number,
        upper(sites.isrctn_number) as isrctn_number,
        sites.short_title,
        sites.clinical_area,
        sites.study_type,
        sites.is_commercial,
        -- free text of the file stays in raw storage
        case
            when status_groups.status_group is not null then sites.site_status
            when sites.site_status is not null then 'unmapped'
        end as site_status,
        coalesce(status_groups.status_group, 'unmapped') as status_group,
        sites.rd_submission_date,
        sites.invited_date,
        sites.selected_date,
        sites.confirmed_date,
        sites.start_date,
        sites.open_date,
        coalesce(sites.open_date, sites.start_date) as opened_date,
        sites.first_participant_date,
        sites.planned_recruitment_end_date,
        sites.actual_recruitment_end_date,
        sites.planned_closing_date,
        sites.actual_closing_date,
        sites.principal_investigator_key,
        cast(sites.target_participants as integer) as target,
        cast(sites.recruited_org as integer) as recruited_org
    from sites
    left join status_groups
        on {{ slug("sites.site_status") }} = status_groups.study_status_slug
)
select * from final
