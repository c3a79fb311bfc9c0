with source as (
    select * from {{ source("raw", "training_research") }}
)
select
    trust_code,
    reporting_month,
    _delivery_id as delivery_id,
    _row_number as row_number,
    staff_key,
    course as course_name,
    provider as provider_name,
    {{ slug("level") }} as level_code,
    completion_date,
    expiry_date,
    hours
from source
