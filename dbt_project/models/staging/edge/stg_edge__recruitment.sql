select
    trust_code,
    reporting_month as delivery_month,
    project_id,
    recruitment_month,
    cast(recruited as integer) as recruited
from {{ source("raw", "rd_recruitment") }}
