{#
    The dates in which the SQL of one further month differs from that of another; nothing else does. Each is written with its name
    beside it, so that what dbt wrote for one month can be run for the next (`orchestration/stored_sql.py`).
    Each is a variable of dbt: `from_month`, the first month that the load recomputes; `judged_from`, the first month that tests of
    tables by month read; `oldest <extract>`, see `loaded_deliveries`. What is not given reaches back to the beginning.
#}
{% macro marked_date(name) -%} cast('{{ var(name, "1900-01-01") }}' as date) /* {{ name }} */ {%- endmacro %}
