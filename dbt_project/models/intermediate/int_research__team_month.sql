-- Team rows that overlap the month, as the deliveries of that month have them. Whoever the project-site export alone names as
-- principal investigator is a team row from the opening of the site on.
with as_of as (
    select * from {{ ref("int_delivery__as_of") }}
),
months as (
    select * from {{ ref("int_calendar__month") }}
),
sites as (
    select * from {{ ref("int_portfolio__site_month") }}
),
team as (
    select
        months.trust_code,
        months.reporting_month,
        months.month_end_date,
        member.project_id,
        member.researcher_key,
        member.researcher_name_key,
        member.role_code,
        member.start_date,
        member.end_date
    from months
    inner join as_of
        on months.trust_code = as_of.trust_code
        and months.reporting_month = as_of.reporting_month
        and as_of.extract = 'rd_study_team'
    inner join {{ ref("stg_edge__study_team") }} as member
        on as_of.trust_code = member.trust_code
        and as_of.delivery_month = member.delivery_month
),
named_in_team as (
    select distinct
        trust_code,
        reporting_month,
        project_id,
        researcher_name_key
    from team
),
rows_of_both as (
    select
        trust_code,
        reporting_month,
        project_id,
        researcher_key,
        role_code,
        start_date,
        end_date,
        'study_team' as row_source
    from team
    where researcher_key is not null
        and start_date <= month_end_date
        and (end_date is null or end_date >= reporting_month)
    union all
    select
        sites.trust_code,
        sites.reporting_month,
        sites.project_id,
        sites.principal_investigator_key as researcher_key,
        'pi' as role_code,
        sites.opened_date as start_date,
        cast(null as date) as end_date,
        'project_site' as row_source
    from sites
    left join named_in_team
        on sites.trust_code = named_in_team.trust_code
        and sites.reporting_month = named_in_team.reporting_month
        and sites.project_id = named_in_team.project_id
        and sites.principal_investigator_key = named_in_team.researcher_name_key
    where sites.principal_investigator_key is not null
        and named_in_team.project_id is null
        and sites.opened_date <= sites.month_end_date
),
merged as (
    select
        trust_code,
        project_id,
        researcher_key,
        role_code,
        reporting_month,
        min(start_date) as start_date,
        case when count(end_date) = count(*) then max(end_date) end as end_date,
        max(row_source) as row_source
    from rows_of_both
    group by trust_code, project_id, researcher_key, role_code, reporting_month
),
final as (
    select
        merged.trust_code,
        merged.project_id,
        merged.researcher_key,
        merged.role_code,
        merged.reporting_month,
        links.staff_key,
        merged.start_date,
        merged.end_date,
        merged.row_source,
        coalesce(sites.is_open_in_month, false) as is_open_in_month
    from merged
    left join sites
        on merged.trust_code = sites.trust_code
        and merged.project_id = sites.project_id
        and merged.reporting_month = sites.reporting_month
    left join {{ ref("stg_vault__researcher_link") }} as links
        on merged.trust_code = links.trust_code
        and merged.researcher_key = links.researcher_key
)
select * from final
