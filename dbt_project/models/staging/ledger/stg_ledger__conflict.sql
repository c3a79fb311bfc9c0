select
    trust_code,
    extract,
    reporting_month
from {{ source("raw", "conflict") }}
