{#
    The dates in which the SQL of one further month differs from that of another; nothing else does. Each is written with its name
    beside it, so that what dbt wrote for one month can be run for the next (`orchestration/stored_sql.py`).
    `from_month`: first month that the load recomputes. `judged_from`: first month that tests of tables by month read.
    `oldest <extract>`: see `loaded_deliveries`.
#}
{% macro marked_date(name, day=none) -%} cast('{{ day or var(name) }}' as date) /* {{ name }} */ {%- endmacro %}
