{{ config(materialized="view") }}
select
    line_code,
    section,
    line_name,
    unit,
    calculation,
    direction,
    extract,
    is_complement_protected,
    definition,
    sort_order
from {{ ref("list_board_line") }}
