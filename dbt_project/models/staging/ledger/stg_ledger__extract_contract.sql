select
    extract,
    kind,
    is_expected,
    contract_version,
    rows_about
from {{ source("raw", "extract_contract") }}
