{# Halves of the NHS financial year: H1 is April to September, H2 October to March. #}

{# First day of the half that a first-of-month lies in, as DATE. #}
{% macro half_start(month) -%}
    {{ add_months(month, "-((cast(extract(month from " ~ month ~ ") as integer) + 8) % 12 % 6)") }}
{%- endmacro %}

{# A half from its first day: `2024-H1` is April to September 2024. #}
{% macro half_year(start) -%}
    cast({{ financial_year(start) }} as {{ dbt.type_string() }})
        || case when extract(month from {{ start }}) = 4 then '-H1' else '-H2' end
{%- endmacro %}
