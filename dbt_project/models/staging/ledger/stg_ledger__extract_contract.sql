select
    extract,
    kind,
    is_expected,
    contract_version
from {{ source("raw", "extract_contract") }}
