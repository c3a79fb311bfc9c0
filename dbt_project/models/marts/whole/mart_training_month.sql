with groups as (
    select * from {{ ref("bridge_group_month") }}
),
figures as (
    select * from {{ ref("fct_training_group_month") }}
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
        figures.required_count,
        figures.achieved_count,
        figures.compliance_rate,
        figures.gcp_in_date_headcount,
        figures.research_training_12m_headcount,
        figures.research_training_12m_rate,
        figures.research_training_awareness_headcount,
        figures.research_training_foundation_headcount,
        figures.research_training_intermediate_headcount,
        figures.research_training_advanced_headcount,
        figures.required_headcount,
        figures.achieved_headcount
    from groups
    inner join figures
        on groups.trust_code = figures.trust_code
        and groups.group_type = figures.group_type
        and groups.group_code = figures.group_code
        and groups.reporting_month = figures.reporting_month
)
select * from final
