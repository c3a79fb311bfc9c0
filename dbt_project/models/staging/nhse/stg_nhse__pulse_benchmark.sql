-- One row an organisation, quarter and score. A score that nobody answered for is published blank or as 0.0: it is missing.
with source as (
    select * from {{ source("raw", "bench_pulse") }}
)
{% for score_code, score in [
    ("theme_engagement", "engagement"), ("E_1", "motivation"), ("E_2", "involvement"), ("E_3", "advocacy")
] %}
{%- if not loop.first %}
union all
{% endif -%}
select
    trust_code as delivered_by_trust_code,
    reporting_month as delivery_month,
    _row_number as row_number_in_file,
    'NQPS' as instrument,
    -- 2022/23 Q2 is the wave 2022-Q2: a financial year is named by the year in which it begins
    substr(period, 1, 4) || '-' || substr(period, 9, 2) as wave,
    org_code,
    org_name,
    care_setting as published_group,
    '{{ score_code }}' as score_code,
    n_{{ score }} as n,
    case when n_{{ score }} > 0 then {{ score }} end as score
from source
{%- endfor %}
