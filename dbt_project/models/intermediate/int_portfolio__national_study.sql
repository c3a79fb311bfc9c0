-- The CPMS study of each study-site: by its CPMS number, else by its IRAS number where one CPMS study alone bears that.
with reports as (
    select * from {{ ref("fct_study_report") }}
),
national_reports as (
    select * from {{ ref("fct_cpms_study_report") }}
),
last_seen as (
    select trust_code, project_id, max(reporting_month) as reporting_month from reports group by trust_code, project_id
),
by_iras as (
    select
        trust_code,
        iras_number,
        min(cpms_id) as cpms_id
    from national_reports
    where iras_number is not null
    group by trust_code, iras_number
    having count(distinct cpms_id) = 1
)
select
    reports.trust_code,
    reports.project_id,
    coalesce(reports.cpms_id, by_iras.cpms_id) as cpms_id
from reports
inner join last_seen
    on reports.trust_code = last_seen.trust_code
    and reports.project_id = last_seen.project_id
    and reports.reporting_month = last_seen.reporting_month
left join by_iras
    on reports.trust_code = by_iras.trust_code
    and reports.iras_number = by_iras.iras_number
where coalesce(reports.cpms_id, by_iras.cpms_id) is not null
