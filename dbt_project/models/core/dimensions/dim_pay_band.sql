select
    pay_band_code,
    pay_band_name,
    pay_band_group,
    pay_band_group_name,
    sort_order,
    valid_from,
    valid_to
from {{ ref("list_pay_band") }}
