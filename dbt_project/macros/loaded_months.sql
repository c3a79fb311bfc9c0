{#
    The months that this load recomputes: the first changed month and all that follow.
    `loaded_months(column)` is the condition that a monthly model puts on its input; on a full build it is true.
    `clear_loaded_months()` is the model's pre-hook: it takes out what the load is about to write, so that a month whose
    delivery was withdrawn leaves no rows behind. Nothing in a month depends on a later one (columns named `_latest` are
    built in full), so earlier months stay as they are.
    `is_further_month()` says whether there are such earlier months.
#}
{% macro is_further_month() -%}
    {{ return(var("from_month") > "1900-01-01") }}
{%- endmacro %}

{% macro loaded_months(column="reporting_month") -%}
    {%- if is_incremental() -%}
        {{ column }} >= {{ marked_date("from_month") }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro clear_loaded_months() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where reporting_month >= {{ marked_date("from_month") }}
    {%- endif -%}
{%- endmacro %}
