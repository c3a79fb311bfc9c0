{#
    What a test reads. `where: judged_months` in the project file says: the months that no open gate has seen yet (those that the
    load writes, and those of loads before it that were stopped), so that a further month does not pay for the testing of all
    months before it. Any other `where` is SQL, as dbt has it.
#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get("where") -%}
    {%- if where == "judged_months" -%}
        (select * from {{ relation }} where reporting_month >= {{ marked_date("judged_from") }}) as judged_rows
    {%- elif where -%}
        (select * from {{ relation }} where {{ where }}) as chosen_rows
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
