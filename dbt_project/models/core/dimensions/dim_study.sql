with sites as (
    select * from {{ ref("stg_edge__project_site") }}
),
seen as (
    select
        trust_code,
        project_id,
        min(delivery_month) as first_seen_month,
        max(delivery_month) as last_seen_month,
        coalesce(
            min(case when status_group in ('closed', 'closed_follow_up') then delivery_month end)
            < max(case when status_group in ('open', 'suspended') then delivery_month end),
            false
        ) as is_reopened
    from sites
    group by trust_code, project_id
),
final as (
    select
        {{ surrogate_key(["sites.trust_code", "sites.project_id"]) }} as study_sk,
        sites.trust_code,
        sites.project_id,
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
        seen.first_seen_month,
        seen.last_seen_month,
        seen.is_reopened
    from sites
    inner join seen
        on sites.trust_code = seen.trust_code
        and sites.project_id = seen.project_id
        and sites.delivery_month = seen.last_seen_month
)
select * from final
