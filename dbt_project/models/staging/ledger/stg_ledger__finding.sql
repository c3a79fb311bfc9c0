select
    delivery_id,
    check_name,
    column_name,
    reason_code,
    n,
    severity
from {{ source("raw", "delivery_finding") }}
