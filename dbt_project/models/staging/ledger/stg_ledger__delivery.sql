select
    trust_code,
    extract,
    reporting_month,
    delivery_id,
    file_name,
    version,
    sha256,
    contract_version,
    status,
    rows_delivered,
    rows_accepted,
    rows_rejected
from {{ source("raw", "delivery") }}
