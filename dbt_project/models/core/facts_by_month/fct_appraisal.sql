with reported as (
    select * from {{ ref("stg_esr__appraisal") }} where {{ loaded_months() }} and appraisal_date is not null
),
first_reports as (
    select
        reported.*,
        row_number() over (
            partition by trust_code, assignment_key, appraisal_date
            order by reporting_month
        ) as place
    from reported
),
final as (
    select
        {{ surrogate_key(["trust_code", "assignment_key", "appraisal_date"]) }} as appraisal_sk,
        trust_code,
        assignment_key,
        appraisal_date,
        reporting_month,
        staff_key,
        next_appraisal_date,
        has_research_objective,
        research_interest
    from first_reports
    where place = 1
        {%- if is_incremental() %}
        and not exists (
            select 1
            from {{ this }} as earlier
            where earlier.trust_code = first_reports.trust_code
                and earlier.assignment_key = first_reports.assignment_key
                and earlier.appraisal_date = first_reports.appraisal_date
                and earlier.reporting_month < {{ marked_date("from_month") }}
        )
        {%- endif %}
)
select * from final
