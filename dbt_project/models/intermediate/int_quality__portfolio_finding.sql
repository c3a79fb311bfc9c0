-- What a delivery of the portfolio says that cannot be right or is not understood, counted by what was known in its month.
with sites as (
    select * from {{ ref("fct_study_report") }}
),
recruitment as (
    select * from {{ ref("fct_recruitment_report") }}
),
national_studies as (
    select * from {{ ref("fct_cpms_study_report") }}
),
first_closed as (
    select
        trust_code,
        project_id,
        min(reporting_month) as reporting_month
    from sites
    where status_group in ('closed', 'closed_follow_up')
    group by trust_code, project_id
),
first_seen as (
    select
        trust_code,
        project_id,
        min(reporting_month) as reporting_month
    from sites
    group by trust_code, project_id
),
-- An IRAS and a CPMS number are first known to the trust's own export from these months on.
known_identifiers as (
    select trust_code, 'CPMS' as scheme, cpms_id as identifier, min(reporting_month) as reporting_month
    from sites
    where cpms_id is not null
    group by trust_code, cpms_id
    union all
    select trust_code, 'IRAS' as scheme, iras_number as identifier, min(reporting_month) as reporting_month
    from sites
    where iras_number is not null
    group by trust_code, iras_number
),
found as (
    select
        sites.trust_code,
        'rd_project_sites' as extract,
        sites.reporting_month,
        'set_up_dates_out_of_order' as check_name,
        cast(null as {{ dbt.type_string() }}) as column_name,
        'warning' as severity
    from sites
    where sites.has_negative_interval
    union all
    select
        sites.trust_code,
        'rd_project_sites' as extract,
        sites.reporting_month,
        'closed_study_reopened' as check_name,
        'site_status' as column_name,
        'warning' as severity
    from sites
    inner join first_closed
        on sites.trust_code = first_closed.trust_code
        and sites.project_id = first_closed.project_id
        and sites.reporting_month > first_closed.reporting_month
    where sites.status_group in ('open', 'suspended')
    union all
    select
        sites.trust_code,
        'rd_project_sites' as extract,
        sites.reporting_month,
        'status_unmapped' as check_name,
        'site_status' as column_name,
        'warning' as severity
    from sites
    where sites.status_group = 'unmapped'
    union all
    select
        national_studies.trust_code,
        'rd_cpms_studies' as extract,
        national_studies.reporting_month,
        'status_unmapped' as check_name,
        'study_status' as column_name,
        'warning' as severity
    from national_studies
    where national_studies.status_group = 'unmapped'
    union all
    select
        national_studies.trust_code,
        'rd_cpms_studies' as extract,
        national_studies.reporting_month,
        'unknown_reference' as check_name,
        'cpms_id' as column_name,
        'info' as severity
    from national_studies
    left join known_identifiers as by_cpms
        on national_studies.trust_code = by_cpms.trust_code
        and national_studies.cpms_id = by_cpms.identifier
        and by_cpms.scheme = 'CPMS'
        and national_studies.reporting_month >= by_cpms.reporting_month
    left join known_identifiers as by_iras
        on national_studies.trust_code = by_iras.trust_code
        and national_studies.iras_number = by_iras.identifier
        and by_iras.scheme = 'IRAS'
        and national_studies.reporting_month >= by_iras.reporting_month
    where by_cpms.identifier is null and by_iras.identifier is null
    union all
    select
        recruitment.trust_code,
        'rd_recruitment' as extract,
        recruitment.reporting_month,
        'unknown_reference' as check_name,
        'project_id' as column_name,
        'info' as severity
    from recruitment
    left join first_seen
        on recruitment.trust_code = first_seen.trust_code
        and recruitment.project_id = first_seen.project_id
        and recruitment.reporting_month >= first_seen.reporting_month
    where first_seen.project_id is null
)
select
    trust_code,
    extract,
    reporting_month,
    check_name,
    column_name,
    case when check_name = 'unknown_reference' then check_name end as reason_code,
    severity,
    count(*) as n
from found
group by trust_code, extract, reporting_month, check_name, column_name, severity
