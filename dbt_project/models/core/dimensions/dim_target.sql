select
    indicator_code,
    group_type,
    group_code,
    valid_from,
    valid_to,
    target,
    reason,
    owner,
    source,
    status
from {{ ref("list_target") }}
