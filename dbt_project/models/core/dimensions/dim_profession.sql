select
    profession_code,
    profession_name,
    is_clinical,
    is_registered,
    is_underrepresented,
    sort_order
from {{ ref("list_profession") }}
