{%- set grain = ["trust_code", "staff_key", "plan_year", "plan_version", "activity_category", "activity_name"] -%}
with activities as (
    select * from {{ ref("int_job_plan__activity") }}
),
delivered as (
    select
        {{ grain | join(", ") }},
        min(reporting_month) as first_delivered_month,
        max(reporting_month) as last_delivered_month
    from activities
    group by {{ grain | join(", ") }}
),
-- A file may spell one plan year in two ways; of such rows the first counts.
ranked as (
    select
        activities.*,
        delivered.first_delivered_month,
        delivered.last_delivered_month,
        row_number() over (
            partition by activities.{{ grain | join(", activities.") }}
            order by activities.row_number_in_file
        ) as place
    from activities
    inner join delivered
        on activities.reporting_month = delivered.last_delivered_month
        {%- for column in grain %}
        and activities.{{ column }} = delivered.{{ column }}
        {%- endfor %}
),
final as (
    select
        {{ surrogate_key(grain) }} as job_plan_activity_sk,
        {{ grain | join(",\n        ") }},
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
        last_delivered_month
    from ranked
    where place = 1
)
select * from final
