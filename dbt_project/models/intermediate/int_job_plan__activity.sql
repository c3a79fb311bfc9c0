-- Every activity of every version in each month's file: the hours that count, if it is research, if the version is signed off.
with activities as (
    select * from {{ ref("stg_job_plan__activity") }}
),
statuses as (
    select * from {{ ref("map_plan_status") }}
),
research_rules as (
    select * from {{ ref("map_activity_research") }}
),
policies as (
    select * from {{ ref("list_job_plan_policy") }} where policy_code = 'hours_per_pa'
),
named as (
    select distinct
        activity_name,
        reporting_month,
        ' ' || replace({{ slug("activity_name") }}, '_', ' ') || ' ' as activity_words
    from activities
),
first_rules as (
    select
        named.activity_name,
        named.reporting_month,
        min(research_rules.rule_order) as rule_order
    from named
    inner join research_rules
        on named.activity_words like research_rules.activity_pattern
        and {{ valid_in("named.reporting_month", "research_rules") }}
    group by named.activity_name, named.reporting_month
),
final as (
    select
        activities.*,
        coalesce(statuses.plan_status_group, 'unmapped') as plan_status_group,
        coalesce(statuses.is_signed_off, false) as is_signed_off,
        coalesce(activities.activity_category = 'RES' or research_rules.is_research, false) as is_research,
        -- Hours win over programmed activities; the two are never added.
        coalesce(activities.weekly_hours, activities.weekly_pas * policies.policy_value, 0) as activity_hours
    from activities
    left join statuses
        on {{ slug("activities.plan_status") }} = statuses.plan_status
        and {{ valid_in("activities.reporting_month", "statuses") }}
    left join policies
        on {{ valid_in("activities.reporting_month", "policies") }}
    left join first_rules
        on activities.activity_name = first_rules.activity_name
        and activities.reporting_month = first_rules.reporting_month
    left join research_rules
        on first_rules.rule_order = research_rules.rule_order
)
select * from final
