with studies as (
    select * from {{ ref("fct_study_month") }}
    where {{ loaded_months() }}
),
months as (
    select * from {{ ref("int_calendar__month") }}
    where {{ loaded_months() }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where extract = 'rd_study_team' and {{ loaded_months() }}
),
members as (
    select * from {{ ref("stg_edge__study_team") }}
    where {{ loaded_deliveries("rd_study_team", "delivery_month") }}
),
links as (
    select * from {{ ref("stg_vault__researcher_link") }}
),
team as (
    select
        months.reporting_month,
        months.month_end_date,
        members.*
    from months
    inner join as_of
        on months.trust_code = as_of.trust_code
        and months.reporting_month = as_of.reporting_month
    inner join members
        on as_of.trust_code = members.trust_code
        and as_of.delivery_month = members.delivery_month
),
named_in_team as (
    select distinct
        trust_code,
        reporting_month,
        project_id,
        researcher_name_key
    from team
),
-- A member of staff may be spelled in the site export otherwise than in the team.
staff_in_team as (
    select distinct
        team.trust_code,
        team.reporting_month,
        team.project_id,
        links.staff_key
    from team
    inner join links
        on team.trust_code = links.trust_code
        and team.researcher_key = links.researcher_key
        and {{ valid_in("team.reporting_month", "links") }}
    where links.staff_key is not null
),
-- Whoever the project-site export alone names as principal investigator is in the team from the opening of the site on.
rows_of_both as (
    select
        trust_code,
        project_id,
        researcher_key,
        role_code,
        reporting_month,
        start_date,
        end_date,
        'study_team' as row_source
    from team
    where researcher_key is not null
        and start_date <= month_end_date
        and (end_date is null or end_date >= reporting_month)
    union all
    select
        studies.trust_code,
        studies.project_id,
        studies.principal_investigator_key as researcher_key,
        'pi' as role_code,
        studies.reporting_month,
        studies.opened_date as start_date,
        cast(null as date) as end_date,
        'project_site' as row_source
    from studies
    left join named_in_team
        on studies.trust_code = named_in_team.trust_code
        and studies.reporting_month = named_in_team.reporting_month
        and studies.project_id = named_in_team.project_id
        and studies.principal_investigator_key = named_in_team.researcher_name_key
    left join links
        on studies.trust_code = links.trust_code
        and studies.principal_investigator_key = links.researcher_key
        and {{ valid_in("studies.reporting_month", "links") }}
    left join staff_in_team
        on studies.trust_code = staff_in_team.trust_code
        and studies.reporting_month = staff_in_team.reporting_month
        and studies.project_id = staff_in_team.project_id
        and links.staff_key = staff_in_team.staff_key
    where studies.principal_investigator_key is not null
        and named_in_team.project_id is null
        and staff_in_team.project_id is null
        and studies.opened_date <= studies.month_end_date
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
        {{
            surrogate_key([
                "merged.trust_code", "merged.project_id", "merged.researcher_key", "merged.role_code", "merged.reporting_month"
            ])
        }} as study_team_month_sk,
        merged.trust_code,
        merged.project_id,
        merged.researcher_key,
        merged.role_code,
        merged.reporting_month,
        links.staff_key,
        merged.start_date,
        merged.end_date,
        merged.row_source,
        coalesce(studies.is_open_in_month, false) as is_open_in_month
    from merged
    left join studies
        on merged.trust_code = studies.trust_code
        and merged.project_id = studies.project_id
        and merged.reporting_month = studies.reporting_month
    left join links
        on merged.trust_code = links.trust_code
        and merged.researcher_key = links.researcher_key
        and {{ valid_in("merged.reporting_month", "links") }}
)
select * from final
