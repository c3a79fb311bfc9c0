select
    trust_code,
    reporting_month,
    staff_key,
    assignment_key,
    assignment_rank,
    termination_date,
    last_working_day as last_working_date,
    {{ slug("leaving_reason") }} as leaving_reason_code,
    destination_on_leaving
from {{ source("raw", "hr_leavers") }}
