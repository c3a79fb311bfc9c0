with team as (
    select * from {{ ref("int_research__team_month") }}
    where {{ loaded_months() }}
)
select
    {{ surrogate_key(["trust_code", "project_id", "researcher_key", "role_code", "reporting_month"]) }} as study_team_month_sk,
    trust_code,
    project_id,
    researcher_key,
    role_code,
    reporting_month,
    staff_key,
    start_date,
    end_date,
    row_source,
    is_open_in_month
from team
