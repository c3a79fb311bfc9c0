select
    leaving_reason_code,
    leaving_reason_name,
    leaving_reason_group,
    leaving_reason_group_name,
    is_voluntary,
    valid_from,
    valid_to
from {{ ref("list_leaving_reason") }}
