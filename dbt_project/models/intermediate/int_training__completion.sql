-- One row a completion as a file tells it. The same person, course and date in several files is one completion, which is as
-- the newest file has it: the row that none has replaced.
with completions as (
    select * from {{ ref("stg_lms__research_training") }}
),
gcp_rules as (
    select * from {{ ref("map_course_gcp") }}
),
levels as (
    select * from {{ ref("list_course_level") }}
),
told as (
    select
        *,
        lead(reporting_month) over (
            partition by trust_code, staff_key, course_name, completion_date
            order by reporting_month, delivery_id desc, row_number desc
        ) as replaced_in_month
    from completions
),
courses as (
    select distinct
        course_name,
        completion_date,
        ' ' || replace({{ slug("course_name") }}, '_', ' ') || ' ' as course_words
    from told
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
        told.trust_code,
        told.staff_key,
        told.course_name,
        told.completion_date,
        {{ month_start("told.completion_date") }} as completion_month,
        told.provider_name,
        coalesce(levels.level_code, 'unmapped') as level_code,
        told.expiry_date,
        told.hours,
        coalesce(gcp_rules.is_gcp, false) as is_gcp,
        case when gcp_rules.is_gcp then gcp_rules.validity_months end as gcp_validity_months,
        case
            when gcp_rules.is_gcp
                then coalesce(
                    told.expiry_date, {{ add_months("told.completion_date", "gcp_rules.validity_months") }}
                )
        end as gcp_expiry_date,
        told.reporting_month as delivered_month,
        told.replaced_in_month
    from told
    left join course_rules
        on told.course_name = course_rules.course_name
        and told.completion_date = course_rules.completion_date
    left join gcp_rules
        on course_rules.rule_order = gcp_rules.rule_order
    left join levels
        on told.level_code = levels.level_code
)
select * from final
