{%- set four_digits = try_cast("substr(plan_year, 1, 4)", "integer") -%}
select
    trust_code,
    reporting_month,
    staff_key,
    -- 2025/26, 2025-26 and 2025, or 25/26
    case
        when {{ four_digits }} >= 1000 then {{ four_digits }}
        else 2000 + {{ try_cast("substr(plan_year, 1, 2)", "integer") }}
    end as plan_year,
    version as plan_version,
    plan_status,
    sign_off_date,
    activity_category,
    activity as activity_name,
    weekly_pas,
    weekly_hours,
    funding_source,
    _row_number as row_number_in_file
from {{ source("raw", "hr_job_plans") }}
