-- One row a completion: the same person, course and date in several files is one, as the newest file has it.
with completions as (
    select * from {{ ref("stg_lms__research_training") }}
),
gcp_rules as (
    select * from {{ ref("map_course_gcp") }}
),
levels as (
    select * from {{ ref("list_course_level") }}
),
ranked as (
    select
        *,
        row_number() over (
            partition by trust_code, staff_key, course_name, completion_date
            order by reporting_month desc, delivery_id, row_number
        ) as newest_first
    from completions
),
newest as (
    select * from ranked where newest_first = 1
),
courses as (
    select distinct
        course_name,
        completion_date,
        ' ' || replace({{ slug("course_name") }}, '_', ' ') || ' ' as course_words
    from newest
),
course_rules as (
    select
        courses.course_name,
        courses.completion_date,
        min(gcp_rules.rule_order) as rule_order
    from courses
    inner join gcp_rules
        on courses.course_words like gcp_rules.course_pattern
        and courses.completion_date between gcp_rules.valid_from
            and coalesce(gcp_rules.valid_to, courses.completion_date)
    group by courses.course_name, courses.completion_date
),
final as (
    select
        newest.trust_code,
        newest.staff_key,
        newest.course_name,
        newest.completion_date,
        {{ month_start("newest.completion_date") }} as completion_month,
        newest.provider_name,
        coalesce(levels.level_code, 'unmapped') as level_code,
        newest.expiry_date,
        newest.hours,
        coalesce(gcp_rules.is_gcp, false) as is_gcp,
        case when gcp_rules.is_gcp then gcp_rules.validity_months end as gcp_validity_months,
        case
            when gcp_rules.is_gcp
                then coalesce(
                    newest.expiry_date, {{ add_months("newest.completion_date", "gcp_rules.validity_months") }}
                )
        end as gcp_expiry_date,
        newest.reporting_month as delivered_month
    from newest
    left join course_rules
        on newest.course_name = course_rules.course_name
        and newest.completion_date = course_rules.completion_date
    left join gcp_rules
        on course_rules.rule_order = gcp_rules.rule_order
    left join levels
        on newest.level_code = levels.level_code
)
select * from final
