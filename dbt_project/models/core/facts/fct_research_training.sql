with completions as (
    select * from {{ ref("int_training__completion") }} where replaced_in_month is null
),
final as (
    select
        {{ surrogate_key(["trust_code", "staff_key", "course_name", "completion_date"]) }} as research_training_sk,
        trust_code,
        staff_key,
        course_name,
        completion_date,
        completion_month,
        provider_name,
        level_code,
        is_gcp,
        expiry_date,
        gcp_expiry_date,
        hours,
        delivered_month
    from completions
)
select * from final
