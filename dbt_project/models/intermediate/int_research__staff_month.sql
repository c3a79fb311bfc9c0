select
    trust_code,
    staff_key,
    reporting_month,
    true as is_delivering,
    max(case when role_code = 'pi' then 1 else 0 end) = 1 as is_principal_investigator,
    max(case when role_code = 'associate_pi' then 1 else 0 end) = 1 as is_associate_pi,
    max(case when role_code = 'ci' then 1 else 0 end) = 1 as is_chief_investigator
from {{ ref("fct_study_team_month") }}
where is_open_in_month and staff_key is not null
group by trust_code, staff_key, reporting_month
