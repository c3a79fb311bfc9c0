-- One row a person and month from the person's first completion on; nobody else has research training to show.
with completions as (
    select * from {{ ref("int_training__completion") }} where replaced_in_month is null
),
months as (
    select * from {{ ref("int_calendar__month") }}
),
completed_so_far as (
    select
        months.trust_code,
        completions.staff_key,
        months.reporting_month,
        {{ research_training_states("completions", "months") }}
    from months
    inner join completions
        on months.trust_code = completions.trust_code
        and completions.completion_month <= months.reporting_month
)
select
    trust_code,
    staff_key,
    reporting_month,
    {{ research_training_flags() }}
from completed_so_far
group by trust_code, staff_key, reporting_month
