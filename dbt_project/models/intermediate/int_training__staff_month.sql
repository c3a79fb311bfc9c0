-- One row a person and month from the person's first completion on; nobody else has research training to show.
with completions as (
    select * from {{ ref("int_training__completion") }}
),
months as (
    select * from {{ ref("int_calendar__month") }}
),
completed_so_far as (
    select
        months.trust_code,
        completions.staff_key,
        months.reporting_month,
        completions.completion_month >= {{ add_months("months.reporting_month", -23) }} as is_within_24m,
        completions.completion_month >= {{ add_months("months.reporting_month", -11) }} as is_within_12m,
        completions.level_code,
        coalesce(completions.is_gcp and completions.gcp_expiry_date >= months.month_end_date, false) as is_gcp_in_date
    from months
    inner join completions
        on months.trust_code = completions.trust_code
        and completions.completion_month <= months.reporting_month
)
select
    trust_code,
    staff_key,
    reporting_month,
    max(case when is_gcp_in_date then 1 else 0 end) = 1 as has_gcp_in_date,
    max(case when is_within_24m then 1 else 0 end) = 1 as has_research_training_24m,
    max(case when is_within_12m then 1 else 0 end) = 1 as has_research_training_12m
    {%- for level in ["awareness", "foundation", "intermediate", "advanced"] %},
    max(case when is_within_12m and level_code = '{{ level }}' then 1 else 0 end) = 1
        as has_research_training_12m_{{ level }}
    {%- endfor %}
from completed_so_far
group by trust_code, staff_key, reporting_month
