-- Research training of a month as it was told up to a month (as at), of people of whom a later file tells more: one row a person,
-- month and such month. People of whom nothing was told late have no row.
with completions as (
    select * from {{ ref("int_training__completion") }}
),
months as (
    select * from {{ ref("int_calendar__month") }}
),
told_late as (
    select distinct
        months.trust_code,
        completions.staff_key,
        months.reporting_month,
        months.month_end_date,
        as_at.reporting_month as as_at_month
    from completions
    inner join months
        on completions.trust_code = months.trust_code
        and completions.completion_month <= months.reporting_month
        and completions.delivered_month > months.reporting_month
    inner join months as as_at
        on completions.trust_code = as_at.trust_code
        and months.reporting_month <= as_at.reporting_month
        and completions.delivered_month > as_at.reporting_month
    where completions.completion_month < completions.delivered_month
),
told_by_then as (
    select
        told_late.trust_code,
        told_late.staff_key,
        told_late.reporting_month,
        told_late.as_at_month,
        {{ research_training_states("completions", "told_late") }}
    from told_late
    left join completions
        on told_late.trust_code = completions.trust_code
        and told_late.staff_key = completions.staff_key
        and told_late.reporting_month >= completions.completion_month
        and told_late.as_at_month >= completions.delivered_month
        and (completions.replaced_in_month is null or completions.replaced_in_month > told_late.as_at_month)
)
select
    trust_code,
    staff_key,
    reporting_month,
    as_at_month,
    {{ research_training_flags() }}
from told_by_then
group by trust_code, staff_key, reporting_month, as_at_month
