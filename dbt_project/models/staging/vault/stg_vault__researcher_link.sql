select
    trust_code,
    researcher_key,
    case when link_status in ('linked', 'overridden') then staff_key end as staff_key,
    link_method,
    link_score,
    link_margin,
    link_status,
    profession_code,
    valid_from,
    valid_to
from {{ source("raw", "researcher_link") }}
