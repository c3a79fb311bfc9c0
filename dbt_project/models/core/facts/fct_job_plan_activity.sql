with activities as (
    select * from {{ ref("int_job_plan__activity") }}
),
ranked as (
    select
        *,
        row_number() over (
            partition by trust_code, staff_key, plan_year, plan_version, activity_category, activity_name
            order by reporting_month desc, row_number_in_file
        ) as newest_first,
        min(reporting_month) over (
            partition by trust_code, staff_key, plan_year, plan_version, activity_category, activity_name
        ) as first_delivered_month
    from activities
),
final as (
    select
        {{ surrogate_key([
            "trust_code", "staff_key", "plan_year", "plan_version", "activity_category", "activity_name"
        ]) }} as job_plan_activity_sk,
        trust_code,
        staff_key,
        plan_year,
        plan_version,
        activity_category,
        activity_name,
        plan_status,
        plan_status_group,
        is_signed_off,
        sign_off_date,
        weekly_pas,
        weekly_hours,
        activity_hours,
        is_research,
        funding_source,
        first_delivered_month,
        reporting_month as last_delivered_month
    from ranked
    where newest_first = 1
)
select * from final
