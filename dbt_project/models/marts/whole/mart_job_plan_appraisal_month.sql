with groups as (
    select * from {{ ref("bridge_group_month") }}
),
figures as (
    select * from {{ ref("fct_job_plan_appraisal_group_month") }}
),
final as (
    select
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.group_name,
        groups.group_sk,
        groups.reporting_month,
        figures.headcount,
        figures.job_plan_scope_headcount,
        figures.job_plan_signed_off_headcount,
        figures.job_plan_research_headcount,
        figures.research_hours,
        figures.appraisal_scope_headcount,
        figures.appraisal_compliant_headcount,
        figures.appraisal_compliance_rate,
        figures.research_objective_headcount,
        figures.research_interest_headcount
    from groups
    inner join figures
        on groups.trust_code = figures.trust_code
        and groups.group_type = figures.group_type
        and groups.group_code = figures.group_code
        and groups.reporting_month = figures.reporting_month
)
select * from final
