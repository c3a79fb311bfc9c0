with completions as (
    select * from {{ ref("int_training__completion") }} where replaced_in_month is null
),
ranked as (
    select
        *,
        min(completion_date) over (partition by course_name) as first_completion_date,
        row_number() over (
            partition by course_name
            order by completion_date desc, delivered_month desc, trust_code, staff_key
        ) as newest_first
    from completions
),
final as (
    select
        course_name,
        provider_name,
        level_code,
        is_gcp,
        gcp_validity_months,
        first_completion_date as valid_from,
        completion_date as valid_to
    from ranked
    where newest_first = 1
)
select * from final
