select
    profile,
    screens_outliers,
    improvement_wins,
    minimum_points,
    shows_short_limits,
    source
from {{ ref("list_spc_profile") }}
