select
    trust_code,
    reporting_month,
    staff_key,
    absence_start_date,
    absence_end_date,
    absence_category,
    upper(substr(absence_reason, 1, 3)) as absence_reason_code,
    _row_number as row_number_in_file
from {{ source("raw", "hr_absence") }}
