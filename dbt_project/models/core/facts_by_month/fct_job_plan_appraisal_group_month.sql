{%- set conditions = {
    "job_plan_scope_headcount": "staff.is_in_job_plan_scope",
    "job_plan_signed_off_headcount": "staff.is_in_job_plan_scope and staff.has_signed_off_plan",
    "job_plan_research_headcount": "staff.is_in_job_plan_scope and staff.has_research_in_plan",
    "appraisal_scope_headcount": "staff.is_in_appraisal_scope",
    "appraisal_compliant_headcount": "staff.is_in_appraisal_scope and staff.has_current_appraisal",
    "research_objective_headcount": "staff.is_in_appraisal_scope and staff.has_research_objective",
    "research_interest_headcount":
        "staff.is_in_appraisal_scope and staff.research_interest in ('Take part', 'Deliver', 'Lead')"
} -%}
{#- What a measure needs to have been delivered; the two scopes follow from the snapshot of assignments alone. -#}
{%- set needs = {
    "job_plan_signed_off_headcount": "has_job_plans",
    "job_plan_research_headcount": "has_job_plans",
    "appraisal_compliant_headcount": "has_appraisals",
    "research_objective_headcount": "has_appraisals",
    "research_interest_headcount": "has_appraisals"
} -%}
with groups as (
    select * from {{ ref("fct_workforce_group_month") }} where {{ loaded_months() }}
),
members as (
    select * from {{ ref("bridge_staff_group_month") }} where {{ loaded_months() }}
),
staff as (
    select * from {{ ref("fct_staff_month") }} where {{ loaded_months() }}
),
-- A flag that is NULL for everyone in a month was not collected by then.
collected as (
    select
        trust_code,
        reporting_month,
        count(has_signed_off_plan) > 0 as has_job_plans,
        count(has_current_appraisal) > 0 as has_appraisals
    from staff
    group by trust_code, reporting_month
),
counted as (
    select
        members.trust_code,
        members.group_type,
        members.group_code,
        members.reporting_month,
        {{ exact_sum("case when staff.is_in_job_plan_scope then staff.research_hours end") }} as research_hours
        {%- for measure, condition in conditions.items() %},
        count(case when {{ condition }} then 1 end) as {{ measure }}
        {%- endfor %}
    from members
    inner join staff
        on members.trust_code = staff.trust_code
        and members.staff_key = staff.staff_key
        and members.reporting_month = staff.reporting_month
    group by members.trust_code, members.group_type, members.group_code, members.reporting_month
),
figures as (
    select
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.reporting_month,
        groups.headcount,
        case when collected.has_job_plans then coalesce(counted.research_hours, 0) end as research_hours
        {%- for measure in conditions %},
        {%- if measure in needs %}
        case when collected.{{ needs[measure] }} then coalesce(counted.{{ measure }}, 0) end as {{ measure }}
        {%- else %}
        coalesce(counted.{{ measure }}, 0) as {{ measure }}
        {%- endif %}
        {%- endfor %}
    from groups
    left join collected
        on groups.trust_code = collected.trust_code
        and groups.reporting_month = collected.reporting_month
    left join counted
        on groups.trust_code = counted.trust_code
        and groups.group_type = counted.group_type
        and groups.group_code = counted.group_code
        and groups.reporting_month = counted.reporting_month
),
final as (
    select
        {{ surrogate_key(["trust_code", "group_type", "group_code", "reporting_month"]) }} as job_plan_appraisal_group_month_sk,
        trust_code,
        group_type,
        group_code,
        reporting_month,
        headcount,
        job_plan_scope_headcount,
        job_plan_signed_off_headcount,
        job_plan_research_headcount,
        research_hours,
        appraisal_scope_headcount,
        appraisal_compliant_headcount,
        {{ percentage("appraisal_compliant_headcount", "appraisal_scope_headcount") }} as appraisal_compliance_rate,
        research_objective_headcount,
        research_interest_headcount
    from figures
)
select * from final
