with team as (
    select * from {{ source("raw", "rd_study_team") }}
),
roles as (
    select
        {{ slug("role_name") }} as role_slug,
        min(role_code) as role_code
    from {{ ref("map_study_role") }}
    group by {{ slug("role_name") }}
),
final as (
    select
        team.trust_code,
        team.reporting_month as delivery_month,
        team.project_id,
        team.researcher_key,
        team.researcher_name_key,
        coalesce(roles.role_code, 'other') as role_code,
        team.start_date,
        team.end_date
    from team
    left join roles
        on {{ slug("team.role") }} = roles.role_slug
)
select * from final
