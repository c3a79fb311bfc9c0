with groups as (
    select * from {{ ref("bridge_group_month") }}
),
headcounts as (
    select * from {{ ref("fct_workforce_group_month") }}
),
figures as (
    select * from {{ ref("fct_award_output_group_month") }}
),
final as (
    select
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.group_name,
        {{ group_sk("groups") }} as group_sk,
        groups.reporting_month,
        cast(coalesce(headcounts.headcount, 0) as bigint) as headcount,
        figures.applications_12m,
        figures.decided_12m,
        figures.awarded_12m,
        {{ percentage("figures.awarded_12m", "figures.decided_12m") }} as success_rate_12m,
        figures.running_fellowships,
        figures.outputs_12m,
        figures.applications_12m_people,
        figures.decided_12m_people,
        figures.awarded_12m_people,
        figures.running_fellowships_people,
        figures.outputs_12m_people
    from groups
    inner join figures
        on groups.trust_code = figures.trust_code
        and groups.group_type = figures.group_type
        and groups.group_code = figures.group_code
        and groups.reporting_month = figures.reporting_month
    left join headcounts
        on groups.trust_code = headcounts.trust_code
        and groups.group_type = headcounts.group_type
        and groups.group_code = headcounts.group_code
        and groups.reporting_month = headcounts.reporting_month
)
select * from final
