select
    {{ surrogate_key(["trust_code", "output_id", "delivery_month"]) }} as output_report_sk,
    trust_code,
    output_id,
    delivery_month as reporting_month,
    title,
    output_type,
    publication_date,
    author_keys,
    partner_organisations
from {{ ref("stg_rd__output") }}
where {{ loaded_months("delivery_month") }}
