with groups as (
    select * from {{ ref("fct_workforce_group_month") }}
    where {{ loaded_months() }}
),
members as (
    select * from {{ ref("bridge_staff_group_month") }}
    where {{ loaded_months() }}
),
staff as (
    select * from {{ ref("fct_staff_month") }}
    where is_substantive and {{ loaded_months() }}
),
assignments as (
    select * from {{ ref("fct_assignment_month") }}
    where is_in_post and is_substantive and {{ loaded_months() }}
),
requirements as (
    select * from {{ ref("fct_training_requirement_month") }}
    where {{ loaded_months() }}
),
compliance_months as (
    select distinct trust_code, reporting_month from requirements
),
research_training_months as (
    select distinct trust_code, reporting_month from staff
    where has_research_training_12m is not null
),
required_by_person as (
    select
        assignments.trust_code,
        assignments.staff_key,
        assignments.reporting_month,
        count(*) as required_count,
        count(case when requirements.is_achieved then 1 end) as achieved_count
    from requirements
    inner join assignments
        on requirements.trust_code = assignments.trust_code
        and requirements.assignment_key = assignments.assignment_key
        and requirements.reporting_month = assignments.reporting_month
    where requirements.is_required
    group by assignments.trust_code, assignments.staff_key, assignments.reporting_month
),
figures as (
    select
        members.trust_code,
        members.group_type,
        members.group_code,
        members.reporting_month,
        count(*) as headcount,
        sum(required_by_person.required_count) as required_count,
        sum(required_by_person.achieved_count) as achieved_count,
        count(required_by_person.staff_key) as required_headcount,
        count(case when required_by_person.achieved_count > 0 then 1 end) as achieved_headcount,
        count(case when staff.has_gcp_in_date then 1 end) as gcp_in_date_headcount,
        count(case when staff.has_research_training_12m then 1 end) as research_training_12m_headcount
        {%- for level in ["awareness", "foundation", "intermediate", "advanced"] %},
        count(case when staff.has_research_training_12m_{{ level }} then 1 end) as research_training_{{ level }}_headcount
        {%- endfor %}
    from members
    inner join staff
        on members.trust_code = staff.trust_code
        and members.staff_key = staff.staff_key
        and members.reporting_month = staff.reporting_month
    left join required_by_person
        on members.trust_code = required_by_person.trust_code
        and members.staff_key = required_by_person.staff_key
        and members.reporting_month = required_by_person.reporting_month
    group by members.trust_code, members.group_type, members.group_code, members.reporting_month
),
-- what was collected for the trust that month counts 0 in a group without it; what was not is NULL
final as (
    select
        {{ surrogate_key(["groups.trust_code", "groups.group_type", "groups.group_code", "groups.reporting_month"]) }}
            as training_group_month_sk,
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.reporting_month,
        cast(coalesce(figures.headcount, 0) as bigint) as headcount
        {%- for measure in ["required_count", "achieved_count"] %},
        cast(case when compliance_months.trust_code is not null then coalesce(figures.{{ measure }}, 0) end as bigint)
            as {{ measure }}
        {%- endfor %},
        {{ percentage("figures.achieved_count", "figures.required_count") }} as compliance_rate
        {%- for measure in ["gcp_in_date_headcount", "research_training_12m_headcount"] %},
        cast(case when research_training_months.trust_code is not null then coalesce(figures.{{ measure }}, 0) end as bigint)
            as {{ measure }}
        {%- endfor %},
        case
            when research_training_months.trust_code is not null
                then {{ percentage("figures.research_training_12m_headcount", "figures.headcount") }}
        end as research_training_12m_rate
        {%- for level in ["awareness", "foundation", "intermediate", "advanced"] %},
        cast(
            case
                when research_training_months.trust_code is not null
                    then coalesce(figures.research_training_{{ level }}_headcount, 0)
            end as bigint
        ) as research_training_{{ level }}_headcount
        {%- endfor %}
        {%- for measure in ["required_headcount", "achieved_headcount"] %},
        cast(case when compliance_months.trust_code is not null then coalesce(figures.{{ measure }}, 0) end as bigint)
            as {{ measure }}
        {%- endfor %}
    from groups
    left join figures
        on groups.trust_code = figures.trust_code
        and groups.group_type = figures.group_type
        and groups.group_code = figures.group_code
        and groups.reporting_month = figures.reporting_month
    left join compliance_months
        on groups.trust_code = compliance_months.trust_code
        and groups.reporting_month = compliance_months.reporting_month
    left join research_training_months
        on groups.trust_code = research_training_months.trust_code
        and groups.reporting_month = research_training_months.reporting_month
)
select * from final
