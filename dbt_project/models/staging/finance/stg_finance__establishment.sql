select
    trust_code,
    reporting_month,
    cost_centre as cost_centre_code,
    staff_group,
    coalesce(nullif({{ slug("directorate") }}, ''), 'not_recorded') as directorate_code,
    coalesce(directorate, 'Not recorded') as directorate_name,
    coalesce(nullif({{ slug("team") }}, ''), 'not_recorded') as team_code,
    coalesce(team, 'Not recorded') as team_name,
    budgeted_wte as funded_fte
from {{ source("raw", "hr_establishment") }}
