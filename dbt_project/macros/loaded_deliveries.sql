{#
    Condition on a staging model of a snapshot: the deliveries that the loaded months are computed from. The oldest of them may
    be older than `from_month` (a month without a delivery takes the newest before it). The load looks its month up and hands it
    over as a date, so that only those months' files are opened; where nobody does, and on a full build, all are.
#}
{% macro loaded_deliveries(extract, column="reporting_month") -%}
    {%- if is_incremental() -%}
        {{ column }} >= {{ marked_date("oldest " ~ extract) }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
