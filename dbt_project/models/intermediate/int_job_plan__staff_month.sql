-- The plan of each month: of the newest plan year up to the month's financial year that has a signed-off version in the snapshot,
-- the newest signed-off version. Nobody else has a row.
with as_of as (
    select * from {{ ref("int_delivery__as_of") }} where extract = 'hr_job_plans'
),
activities as (
    select * from {{ ref("int_job_plan__activity") }} where is_signed_off
),
ranked as (
    select
        as_of.trust_code,
        activities.staff_key,
        as_of.reporting_month,
        activities.plan_year,
        activities.plan_version,
        case when activities.is_research then activities.activity_hours else 0 end as research_hours,
        dense_rank() over (
            partition by as_of.trust_code, as_of.reporting_month, activities.staff_key
            order by activities.plan_year desc, activities.plan_version desc
        ) as place
    from as_of
    inner join activities
        on as_of.trust_code = activities.trust_code
        and as_of.delivery_month = activities.reporting_month
        and activities.plan_year <= {{ financial_year("as_of.reporting_month") }}
)
select
    trust_code,
    staff_key,
    reporting_month,
    plan_year,
    plan_version,
    true as has_signed_off_plan,
    {{ exact_sum("research_hours") }} as weekly_research_hours,
    {{ exact_sum("research_hours") }} > 0 as has_research_in_plan
from ranked
where place = 1
group by trust_code, staff_key, reporting_month, plan_year, plan_version
