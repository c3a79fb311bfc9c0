-- Members of staff with a part in a running award in a month; nobody else has a row. They have the award if they applied for it,
-- alone or with others; a file without roles names those.
select
    trust_code,
    staff_key,
    reporting_month,
    max(case when coalesce(award_role, 'lead') in ('lead', 'co_applicant') then 1 else 0 end) = 1 as has_running_award,
    max(case when is_fellowship then 1 else 0 end) = 1 as has_running_fellowship,
    max(case when is_on_ladder then 1 else 0 end) = 1 as has_running_ladder_award,
    coalesce({{ exact_sum("wte_percent") }}, 0) / 100.0 as wte_fraction
from {{ ref("fct_award_month") }}
where is_running and staff_key is not null
group by trust_code, staff_key, reporting_month
