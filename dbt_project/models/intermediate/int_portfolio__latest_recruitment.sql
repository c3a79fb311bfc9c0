-- Which delivery holds the latest known recruits of a study: the newest; for a study that has left the project-site export,
-- the newest that still holds it (it is last seen, not emptied).
with deliveries as (
    select * from {{ source("raw", "delivery") }}
    where status = 'current'
),
newest as (
    select
        trust_code,
        max(case when extract = 'rd_project_sites' then reporting_month end) as site_month,
        max(case when extract = 'rd_recruitment' then reporting_month end) as recruitment_month
    from deliveries
    group by trust_code
),
seen as (
    select
        trust_code,
        project_id,
        max(reporting_month) as last_seen_month
    from {{ ref("fct_study_report") }}
    group by trust_code, project_id
),
reported as (
    select
        trust_code,
        project_id,
        max(reporting_month) as last_reported_month
    from {{ ref("fct_recruitment_report") }}
    group by trust_code, project_id
),
final as (
    select
        reported.trust_code,
        reported.project_id,
        case
            when seen.last_seen_month = newest.site_month then newest.recruitment_month
            else reported.last_reported_month
        end as delivery_month
    from reported
    inner join newest
        on reported.trust_code = newest.trust_code
    left join seen
        on reported.trust_code = seen.trust_code
        and reported.project_id = seen.project_id
)
select * from final
