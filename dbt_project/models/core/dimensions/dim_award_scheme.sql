select
    scheme_code,
    scheme_name,
    ladder_order,
    ladder_step,
    ladder_step is not null as is_on_ladder,
    is_fellowship,
    funder_type,
    valid_from,
    valid_to
from {{ ref("list_award_scheme") }}
