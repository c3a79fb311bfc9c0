select
    trust_code as delivered_by_trust_code,
    reporting_month as delivery_month,
    {{ month_start("date") }} as reporting_month,
    org_code,
    org_name,
    org_type,
    region_code,
    region_name,
    ics_code as icb_code,
    ics_name as icb_name,
    fte_days_lost,
    fte_days_available,
    sickness_rate as published_sickness_rate,
    _row_number as row_number_in_file
from {{ source("raw", "bench_sickness") }}
