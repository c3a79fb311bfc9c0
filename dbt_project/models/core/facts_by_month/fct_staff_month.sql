with assignments as (
    select * from {{ ref("fct_assignment_month") }} where {{ loaded_months_and_before(1) }} and is_in_post
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
),
sickness as (
    select * from {{ ref("int_absence__sickness_days") }}
    where {{ loaded_months() }} and absence_reason_code in ('all', 'S10')
),
appraisals as (
    select * from {{ ref("stg_esr__appraisal") }} where {{ loaded_deliveries("hr_appraisals") }}
),
training as (
    select * from {{ ref("int_training__staff_month") }} where {{ loaded_months() }}
),
research as (
    select * from {{ ref("int_research__staff_month") }} where {{ loaded_months() }}
),
plans as (
    select * from {{ ref("int_job_plan__staff_month") }} where {{ loaded_months() }}
),
awards as (
    select * from {{ ref("int_award__staff_month") }} where {{ loaded_months() }}
),
job_plan_scope as (
    select * from {{ ref("list_job_plan_scope") }}
),
training_roles as (
    select * from {{ ref("list_training_job_role") }}
),
working_weeks as (
    select * from {{ ref("map_profession_working_week") }}
),
-- What had been delivered by each month; a measure of an extract that never came is NULL, not 0.
collected as (
    select
        snapshots.trust_code,
        snapshots.reporting_month,
        {%- for extract in [
            "hr_appraisals", "hr_job_plans", "training_research", "rd_project_sites", "rd_study_team", "rd_awards"
        ] %}
        max(case when as_of.extract = '{{ extract }}' then 1 else 0 end) = 1 as has_{{ extract }},
        {%- endfor %}
        max(case when as_of.extract = 'hr_absence' and as_of.reporting_month = snapshots.reporting_month then 1 else 0 end)
            = 1 as has_hr_absence,
        max(
            case
                when as_of.extract = 'hr_assignments'
                    and as_of.reporting_month = {{ add_months("snapshots.reporting_month", -1) }} then 1
                else 0
            end
        ) = 1 as has_month_before
    from as_of as snapshots
    inner join as_of
        on snapshots.trust_code = as_of.trust_code
        and as_of.delivery_month <= snapshots.reporting_month
    where snapshots.extract = 'hr_assignments' and {{ loaded_months("snapshots.reporting_month") }}
    group by snapshots.trust_code, snapshots.reporting_month
),
people as (
    select
        trust_code,
        staff_key,
        reporting_month,
        max(case when is_substantive then 1 else 0 end) = 1 as is_substantive,
        coalesce(sum(case when is_substantive then cast(fte as decimal(18, 8)) end), 0) as fte,
        min(latest_start_date) as first_start_date
    from assignments
    group by trust_code, staff_key, reporting_month
),
-- Two spellings of one directorate share a code, so the month's name of a code is the first in the alphabet.
directorates as (
    select
        trust_code,
        reporting_month,
        directorate_code,
        min(directorate_name) as directorate_name
    from assignments
    group by trust_code, reporting_month, directorate_code
),
current_appraisals as (
    select
        as_of.trust_code,
        as_of.reporting_month,
        appraisals.staff_key,
        appraisals.has_research_objective,
        appraisals.research_interest,
        row_number() over (
            partition by as_of.trust_code, as_of.reporting_month, appraisals.staff_key
            order by appraisals.appraisal_date desc, appraisals.assignment_rank, appraisals.assignment_key
        ) as place
    from as_of
    inner join appraisals
        on as_of.trust_code = appraisals.trust_code
        and as_of.delivery_month = appraisals.reporting_month
        and appraisals.appraisal_date
            between {{ add_months("as_of.reporting_month", -11) }} and {{ month_end("as_of.reporting_month") }}
    where as_of.extract = 'hr_appraisals' and {{ loaded_months("as_of.reporting_month") }}
),
described as (
    select
        people.trust_code,
        people.staff_key,
        people.reporting_month,
        people.is_substantive,
        cast(people.fte as double) as fte,
        main.profession_code,
        main.pay_band_code,
        main.pay_band_group,
        main.directorate_code,
        directorates.directorate_name,
        main.team_code,
        main.team_name,
        main.staff_group,
        main.job_role,
        main.contract_type,
        main.age_band,
        main.gender,
        main.ethnic_group,
        main.disability,
        case
            when collected.has_month_before
                then people.is_substantive and not coalesce(before.is_substantive, false)
        end as is_joiner,
        cast(people.fte * {{ days_in_month("people.reporting_month") }} as double) as fte_days_available,
        case
            when collected.has_hr_absence then cast(people.fte * coalesce(sick.days_lost, 0) as double)
        end as fte_days_lost,
        case
            when collected.has_hr_absence then cast(people.fte * coalesce(stress.days_lost, 0) as double)
        end as s10_days_lost,
        coalesce(
            people.first_start_date <= {{ month_end(add_months("people.reporting_month", -12)) }},
            false
        ) as is_in_appraisal_scope,
        case when collected.has_hr_appraisals then current_appraisals.staff_key is not null end as has_current_appraisal,
        case
            when collected.has_hr_appraisals then coalesce(current_appraisals.has_research_objective, false)
        end as has_research_objective,
        current_appraisals.research_interest,
        job_plan_scope.profession_code is not null and training_roles.job_role is null as is_in_job_plan_scope,
        {%- for flag in ["has_signed_off_plan", "has_research_in_plan"] %}
        case when collected.has_hr_job_plans then coalesce(plans.{{ flag }}, false) end as {{ flag }},
        {%- endfor %}
        case when collected.has_hr_job_plans then coalesce(plans.weekly_research_hours, 0) end as research_hours,
        coalesce(plans.weekly_research_hours, 0) / working_weeks.full_time_weekly_hours as planned_research_fte,
        {%- for flag in ["has_running_award", "has_running_fellowship"] %}
        case when collected.has_rd_awards then coalesce(awards.{{ flag }}, false) end as {{ flag }},
        {%- endfor %}
        case when collected.has_rd_awards then coalesce(awards.wte_fraction, 0) end as award_fte,
        {%- for flag in [
            "has_gcp_in_date", "has_research_training_24m", "has_research_training_12m",
            "has_research_training_12m_awareness", "has_research_training_12m_foundation",
            "has_research_training_12m_intermediate", "has_research_training_12m_advanced"
        ] %}
        case when collected.has_training_research then coalesce(training.{{ flag }}, false) end as {{ flag }},
        {%- endfor %}
        {%- for flag in ["is_delivering", "is_principal_investigator", "is_associate_pi", "is_chief_investigator"] %}
        case
            when collected.has_rd_project_sites and collected.has_rd_study_team then coalesce(research.{{ flag }}, false)
        end as {{ flag }}{{ "," if not loop.last }}
        {%- endfor %}
    from people
    inner join assignments as main
        on people.trust_code = main.trust_code
        and people.staff_key = main.staff_key
        and people.reporting_month = main.reporting_month
        and main.is_person_primary
    inner join directorates
        on main.trust_code = directorates.trust_code
        and main.reporting_month = directorates.reporting_month
        and main.directorate_code = directorates.directorate_code
    inner join collected
        on people.trust_code = collected.trust_code
        and people.reporting_month = collected.reporting_month
    left join people as before
        on people.trust_code = before.trust_code
        and people.staff_key = before.staff_key
        and {{ add_months("people.reporting_month", -1) }} = before.reporting_month
    left join sickness as sick
        on people.trust_code = sick.trust_code
        and people.staff_key = sick.staff_key
        and people.reporting_month = sick.reporting_month
        and sick.absence_reason_code = 'all'
    left join sickness as stress
        on people.trust_code = stress.trust_code
        and people.staff_key = stress.staff_key
        and people.reporting_month = stress.reporting_month
        and stress.absence_reason_code = 'S10'
    left join current_appraisals
        on people.trust_code = current_appraisals.trust_code
        and people.staff_key = current_appraisals.staff_key
        and people.reporting_month = current_appraisals.reporting_month
        and current_appraisals.place = 1
    left join training
        on people.trust_code = training.trust_code
        and people.staff_key = training.staff_key
        and people.reporting_month = training.reporting_month
    left join research
        on people.trust_code = research.trust_code
        and people.staff_key = research.staff_key
        and people.reporting_month = research.reporting_month
    left join plans
        on people.trust_code = plans.trust_code
        and people.staff_key = plans.staff_key
        and people.reporting_month = plans.reporting_month
    left join awards
        on people.trust_code = awards.trust_code
        and people.staff_key = awards.staff_key
        and people.reporting_month = awards.reporting_month
    left join job_plan_scope
        on main.profession_code = job_plan_scope.profession_code
        and main.pay_band_group = coalesce(job_plan_scope.pay_band_group, main.pay_band_group)
        and {{ valid_in("people.reporting_month", "job_plan_scope") }}
    left join training_roles
        on main.profession_code = 'medical'
        and lower(main.job_role) = training_roles.job_role
        and {{ valid_in("people.reporting_month", "training_roles") }}
    left join working_weeks
        on main.profession_code = working_weeks.profession_code
        and {{ valid_in("people.reporting_month", "working_weeks") }}
    where {{ loaded_months("people.reporting_month") }}
),
tiered as (
    select
        *,
        {{ is_engaged("", "") }} as is_t1,
        is_delivering as is_t2,
        is_principal_investigator or is_associate_pi as is_t3,
        {{ any_flag(["is_chief_investigator", "has_running_award"]) }} as is_t4,
        {{ any_flag(["research_hours > 0", "award_fte > 0"]) }} as is_t5,
        case
            when coalesce(research_hours, award_fte) is not null
                then least(planned_research_fte + coalesce(award_fte, 0), fte)
        end as research_fte
    from described
),
judged as (
    select
        *,
        {{ any_flag(["is_t2", "is_t3", "is_t4", "is_t5"]) }} as is_research_active
    from tiered
),
first_active_months as (
    select
        trust_code,
        staff_key,
        min(reporting_month) as first_research_active_month
    from judged
    where is_research_active
    group by trust_code, staff_key
    {%- if is_incremental() %}
    union all
    select
        trust_code,
        staff_key,
        min(reporting_month) as first_research_active_month
    from {{ this }}
    where is_research_active and reporting_month < {{ marked_date("from_month") }}
    group by trust_code, staff_key
    {%- endif %}
),
first_active_month as (
    select
        trust_code,
        staff_key,
        min(first_research_active_month) as first_research_active_month
    from first_active_months
    group by trust_code, staff_key
),
final as (
    select
        {{ surrogate_key(["judged.trust_code", "judged.staff_key", "judged.reporting_month"]) }} as staff_month_sk,
        judged.trust_code,
        judged.staff_key,
        judged.reporting_month,
        judged.is_substantive,
        judged.fte,
        judged.profession_code,
        judged.pay_band_code,
        judged.pay_band_group,
        judged.directorate_code,
        judged.directorate_name,
        judged.team_code,
        judged.team_name,
        judged.staff_group,
        judged.job_role,
        judged.contract_type,
        judged.age_band,
        judged.gender,
        judged.ethnic_group,
        judged.disability,
        judged.is_joiner,
        judged.fte_days_available,
        judged.fte_days_lost,
        judged.s10_days_lost,
        judged.is_in_appraisal_scope,
        judged.has_current_appraisal,
        judged.has_research_objective,
        judged.research_interest,
        judged.is_in_job_plan_scope,
        judged.has_signed_off_plan,
        judged.has_research_in_plan,
        judged.research_hours,
        judged.has_gcp_in_date,
        judged.has_research_training_24m,
        judged.has_research_training_12m,
        judged.has_research_training_12m_awareness,
        judged.has_research_training_12m_foundation,
        judged.has_research_training_12m_intermediate,
        judged.has_research_training_12m_advanced,
        judged.is_t1,
        judged.is_t2,
        judged.is_t3,
        judged.is_t4,
        judged.is_t5,
        judged.is_research_active,
        judged.is_principal_investigator,
        judged.is_associate_pi,
        judged.is_chief_investigator,
        judged.has_running_award,
        judged.has_running_fellowship,
        judged.award_fte,
        judged.research_fte,
        case
            when first_active_month.first_research_active_month <= judged.reporting_month
                then first_active_month.first_research_active_month
        end as first_research_active_month,
        case
            when first_active_month.first_research_active_month <= judged.reporting_month
                then cast(
                    {{ months_between("first_active_month.first_research_active_month", "judged.reporting_month") }}
                    as integer
                )
        end as months_since_first_research_active
    from judged
    left join first_active_month
        on judged.trust_code = first_active_month.trust_code
        and judged.staff_key = first_active_month.staff_key
)
select * from final
