select
    absence_reason_code,
    absence_reason_name,
    absence_reason_group,
    valid_from,
    valid_to
from {{ ref("list_absence_reason") }}
