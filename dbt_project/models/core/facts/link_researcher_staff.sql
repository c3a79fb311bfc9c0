select
    {{ surrogate_key(["trust_code", "researcher_key"]) }} as researcher_link_sk,
    trust_code,
    researcher_key,
    staff_key,
    link_method,
    link_score,
    link_margin,
    link_status,
    profession_code,
    valid_from
from {{ ref("stg_vault__researcher_link") }}
where valid_to is null
