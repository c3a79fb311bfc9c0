with workforce as (
    select * from {{ shown("mart_workforce_month") }}
),
research as (
    select * from {{ shown("mart_research_capacity_month") }}
),
plans as (
    select * from {{ shown("mart_job_plan_appraisal_month") }}
),
training as (
    select * from {{ shown("mart_training_month") }}
),
awards as (
    select * from {{ shown("mart_awards_outputs_month") }}
),
groups as (
    select * from {{ shown("dim_group") }}
),
final as (
    select
        workforce.trust_code,
        workforce.group_type,
        workforce.group_code,
        workforce.reporting_month,
        workforce.group_name,
        workforce.group_sk,
        groups.group_type_name,
        groups.profession_code,
        groups.directorate_code,
        workforce.headcount,
        workforce.fte,
        workforce.joiners,
        workforce.leavers,
        workforce.joiners_12m,
        workforce.leavers_12m,
        workforce.headcount_start_12m,
        workforce.stayers_12m,
        workforce.headcount_mean_12m,
        workforce.turnover_rate_12m,
        workforce.stability_index_12m,
        workforce.funded_fte,
        workforce.vacant_fte,
        workforce.vacancy_rate,
        workforce.fte_days_lost,
        workforce.fte_days_available,
        workforce.sickness_rate,
        workforce.sickness_benchmark_rate,
        workforce.sickness_benchmark_organisations,
        workforce.s10_days_lost,
        workforce.s10_rate,
        research.t1_headcount,
        research.t1_rate,
        research.t2_headcount,
        research.t2_rate,
        research.t2_gcp_in_date_headcount,
        research.t2_gcp_in_date_rate,
        research.t3_headcount,
        research.t3_rate,
        research.t4_headcount,
        research.t4_rate,
        research.t5_headcount,
        research.t5_rate,
        research.research_active_headcount,
        research.research_active_rate,
        research.research_fte,
        research.pi_headcount,
        research.associate_pi_headcount,
        research.non_medical_pi_headcount,
        research.non_medical_pi_pct,
        plans.job_plan_scope_headcount,
        plans.job_plan_signed_off_headcount,
        plans.job_plan_research_headcount,
        plans.research_hours,
        plans.appraisal_scope_headcount,
        plans.appraisal_compliant_headcount,
        plans.appraisal_compliance_rate,
        plans.research_objective_headcount,
        plans.research_interest_headcount,
        training.required_count,
        training.achieved_count,
        training.compliance_rate,
        training.gcp_in_date_headcount,
        training.research_training_12m_headcount,
        training.research_training_12m_rate,
        training.research_training_awareness_headcount,
        training.research_training_foundation_headcount,
        training.research_training_intermediate_headcount,
        training.research_training_advanced_headcount,
        awards.applications_12m,
        awards.decided_12m,
        awards.awarded_12m,
        awards.success_rate_12m,
        awards.running_fellowships,
        awards.outputs_12m,
        workforce.headcount_is_suppressed,
        workforce.fte_is_suppressed,
        workforce.joiners_is_suppressed,
        workforce.leavers_is_suppressed,
        workforce.joiners_12m_is_suppressed,
        workforce.leavers_12m_is_suppressed,
        workforce.headcount_start_12m_is_suppressed,
        workforce.stayers_12m_is_suppressed,
        workforce.headcount_mean_12m_is_suppressed,
        workforce.turnover_rate_12m_is_suppressed,
        workforce.stability_index_12m_is_suppressed,
        workforce.vacant_fte_is_suppressed,
        workforce.vacancy_rate_is_suppressed,
        workforce.fte_days_lost_is_suppressed,
        workforce.fte_days_available_is_suppressed,
        workforce.sickness_rate_is_suppressed,
        workforce.s10_days_lost_is_suppressed,
        workforce.s10_rate_is_suppressed,
        coalesce(research.t1_headcount_is_suppressed, false)
            as t1_headcount_is_suppressed,
        coalesce(research.t1_rate_is_suppressed, false)
            as t1_rate_is_suppressed,
        coalesce(research.t2_headcount_is_suppressed, false)
            as t2_headcount_is_suppressed,
        coalesce(research.t2_rate_is_suppressed, false)
            as t2_rate_is_suppressed,
        coalesce(research.t2_gcp_in_date_headcount_is_suppressed, false)
            as t2_gcp_in_date_headcount_is_suppressed,
        coalesce(research.t2_gcp_in_date_rate_is_suppressed, false)
            as t2_gcp_in_date_rate_is_suppressed,
        coalesce(research.t3_headcount_is_suppressed, false)
            as t3_headcount_is_suppressed,
        coalesce(research.t3_rate_is_suppressed, false)
            as t3_rate_is_suppressed,
        coalesce(research.t4_headcount_is_suppressed, false)
            as t4_headcount_is_suppressed,
        coalesce(research.t4_rate_is_suppressed, false)
            as t4_rate_is_suppressed,
        coalesce(research.t5_headcount_is_suppressed, false)
            as t5_headcount_is_suppressed,
        coalesce(research.t5_rate_is_suppressed, false)
            as t5_rate_is_suppressed,
        coalesce(research.research_active_headcount_is_suppressed, false)
            as research_active_headcount_is_suppressed,
        coalesce(research.research_active_rate_is_suppressed, false)
            as research_active_rate_is_suppressed,
        coalesce(research.research_fte_is_suppressed, false)
            as research_fte_is_suppressed,
        coalesce(research.pi_headcount_is_suppressed, false)
            as pi_headcount_is_suppressed,
        coalesce(research.associate_pi_headcount_is_suppressed, false)
            as associate_pi_headcount_is_suppressed,
        coalesce(research.non_medical_pi_headcount_is_suppressed, false)
            as non_medical_pi_headcount_is_suppressed,
        coalesce(research.non_medical_pi_pct_is_suppressed, false)
            as non_medical_pi_pct_is_suppressed,
        coalesce(plans.job_plan_scope_headcount_is_suppressed, false)
            as job_plan_scope_headcount_is_suppressed,
        coalesce(plans.job_plan_signed_off_headcount_is_suppressed, false)
            as job_plan_signed_off_headcount_is_suppressed,
        coalesce(plans.job_plan_research_headcount_is_suppressed, false)
            as job_plan_research_headcount_is_suppressed,
        coalesce(plans.research_hours_is_suppressed, false)
            as research_hours_is_suppressed,
        coalesce(plans.appraisal_scope_headcount_is_suppressed, false)
            as appraisal_scope_headcount_is_suppressed,
        coalesce(plans.appraisal_compliant_headcount_is_suppressed, false)
            as appraisal_compliant_headcount_is_suppressed,
        coalesce(plans.appraisal_compliance_rate_is_suppressed, false)
            as appraisal_compliance_rate_is_suppressed,
        coalesce(plans.research_objective_headcount_is_suppressed, false)
            as research_objective_headcount_is_suppressed,
        coalesce(plans.research_interest_headcount_is_suppressed, false)
            as research_interest_headcount_is_suppressed,
        coalesce(training.required_count_is_suppressed, false)
            as required_count_is_suppressed,
        coalesce(training.achieved_count_is_suppressed, false)
            as achieved_count_is_suppressed,
        coalesce(training.compliance_rate_is_suppressed, false)
            as compliance_rate_is_suppressed,
        coalesce(training.gcp_in_date_headcount_is_suppressed, false)
            as gcp_in_date_headcount_is_suppressed,
        coalesce(training.research_training_12m_headcount_is_suppressed, false)
            as research_training_12m_headcount_is_suppressed,
        coalesce(training.research_training_12m_rate_is_suppressed, false)
            as research_training_12m_rate_is_suppressed,
        coalesce(training.research_training_awareness_headcount_is_suppressed, false)
            as research_training_awareness_headcount_is_suppressed,
        coalesce(training.research_training_foundation_headcount_is_suppressed, false)
            as research_training_foundation_headcount_is_suppressed,
        coalesce(training.research_training_intermediate_headcount_is_suppressed, false)
            as research_training_intermediate_headcount_is_suppressed,
        coalesce(training.research_training_advanced_headcount_is_suppressed, false)
            as research_training_advanced_headcount_is_suppressed,
        coalesce(awards.applications_12m_is_suppressed, false)
            as applications_12m_is_suppressed,
        coalesce(awards.decided_12m_is_suppressed, false)
            as decided_12m_is_suppressed,
        coalesce(awards.awarded_12m_is_suppressed, false)
            as awarded_12m_is_suppressed,
        coalesce(awards.success_rate_12m_is_suppressed, false)
            as success_rate_12m_is_suppressed,
        coalesce(awards.running_fellowships_is_suppressed, false)
            as running_fellowships_is_suppressed,
        coalesce(awards.outputs_12m_is_suppressed, false)
            as outputs_12m_is_suppressed
    from workforce
    inner join groups
        on workforce.group_sk = groups.group_sk
    left join research
        on workforce.group_sk = research.group_sk
        and workforce.reporting_month = research.reporting_month
    left join plans
        on workforce.group_sk = plans.group_sk
        and workforce.reporting_month = plans.reporting_month
    left join training
        on workforce.group_sk = training.group_sk
        and workforce.reporting_month = training.reporting_month
    left join awards
        on workforce.group_sk = awards.group_sk
        and workforce.reporting_month = awards.reporting_month
)
select * from final
