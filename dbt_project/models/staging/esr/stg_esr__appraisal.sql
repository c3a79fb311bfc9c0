select
    trust_code,
    reporting_month,
    staff_key,
    assignment_key,
    assignment_rank,
    appraisal_date,
    next_appraisal_date,
    has_research_objective,
    research_interest
from {{ source("raw", "hr_appraisals") }}
