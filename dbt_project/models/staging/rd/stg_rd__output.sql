select
    trust_code,
    reporting_month as delivery_month,
    output_id,
    title,
    type as output_type,
    publication_date,
    author_keys,
    partner_organisations
from {{ source("raw", "rd_outputs") }}
