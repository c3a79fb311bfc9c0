{# Deliveries of which more than a share of the rows name people whom HR assignments of the month do not know. Leavers are gone by
   then, and of fewer than 20 rows a share says nothing. #}
{% macro deliveries_of_unknown_people(more_than_pct, at_most_pct=100) -%}
    select
        trust_code,
        extract,
        reporting_month,
        row_count,
        unknown_row_count
    from {{ ref("fct_unknown_reference_month") }}
    where extract <> 'hr_leavers'
        and row_count >= 20
        and unknown_row_count * 100 > row_count * {{ more_than_pct }}
        and unknown_row_count * 100 <= row_count * {{ at_most_pct }}
{%- endmacro %}
