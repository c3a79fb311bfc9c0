{# Spreadsheets turn answer 5 into 05 or 5.0: whole numbers are brought to one spelling. Most need none. #}
{% macro answer_code(column) -%}
    case
        when {{ column }} between '1' and '9' and length({{ column }}) = 1 then {{ column }}
        else coalesce({{ whole_number(column) }}, nullif(trim({{ column }}), ''))
    end
{%- endmacro %}
