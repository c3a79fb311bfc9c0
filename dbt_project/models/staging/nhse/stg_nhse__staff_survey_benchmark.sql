-- One row an organisation and score; a score that the file lacks or leaves blank has none.
with source as (
    select * from {{ source("raw", "bench_staff_survey") }}
)
{% for score in [
    "PP1", "PP1_1", "PP1_2", "PP1_3", "PP1_4", "PP2", "PP3", "PP3_1", "PP3_2", "PP4", "PP4_1", "PP4_2", "PP4_3", "PP5", "PP5_1",
    "PP5_2", "PP6", "PP6_1", "PP6_2", "PP7", "PP7_1", "PP7_2", "theme_engagement", "E_1", "E_2", "E_3", "theme_morale", "M_1",
    "M_2", "M_3"
] %}
{%- if not loop.first %}
union all
{% endif -%}
select
    trust_code as delivered_by_trust_code,
    reporting_month as delivery_month,
    _row_number as row_number_in_file,
    'NSS' as instrument,
    cast(extract(year from survey_date) as {{ dbt.type_string() }}) as wave,
    org_code,
    org_name,
    trust_type as published_group,
    '{{ score }}' as score_code,
    cast(null as bigint) as n,
    {{ score | lower }} as score
from source
where {{ score | lower }} is not null
{%- endfor %}
