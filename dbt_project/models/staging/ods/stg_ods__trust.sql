select
    trust_code as delivered_by,
    reporting_month as delivery_month,
    ods_code as trust_code,
    trust_name,
    region_code,
    icb_code,
    open_date,
    close_date
from {{ source("raw", "ref_trusts") }}
