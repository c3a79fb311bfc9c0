with groups as (
    select * from {{ ref("bridge_group_month") }}
),
figures as (
    select * from {{ ref("fct_research_group_month") }}
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
        figures.t1_headcount,
        figures.t1_rate,
        figures.t2_headcount,
        figures.t2_rate,
        figures.t3_headcount,
        figures.t3_rate,
        figures.t4_headcount,
        figures.t4_rate,
        figures.t5_headcount,
        figures.t5_rate,
        figures.research_active_headcount,
        figures.research_active_rate,
        figures.research_fte,
        figures.pi_headcount,
        figures.associate_pi_headcount,
        figures.non_medical_pi_headcount,
        figures.non_medical_pi_pct,
        figures.t2_gcp_in_date_headcount,
        figures.t2_gcp_in_date_rate,
        figures.research_fte_headcount
    from groups
    inner join figures
        on groups.trust_code = figures.trust_code
        and groups.group_type = figures.group_type
        and groups.group_code = figures.group_code
        and groups.reporting_month = figures.reporting_month
)
select * from final
