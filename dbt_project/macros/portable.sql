{# Engine differences live here and nowhere else. Each macro says what it returns; DuckDB is the default, Spark dispatched. #}

{# Surrogate key: md5 (hex) of all grain columns, separated, NULL written as a word. #}
{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns -%}
            coalesce(cast({{ column }} as {{ dbt.type_string() }}), '_null_')
            {%- if not loop.last %} || '|' || {% endif -%}
        {%- endfor -%}
    )
{%- endmacro %}

{# First day of the month of a date, as DATE. #}
{% macro month_start(column) -%} cast({{ dbt.date_trunc("month", column) }} as date) {%- endmacro %}

{# Last day of the month of a date, as DATE. #}
{% macro month_end(column) -%} cast({{ dbt.last_day(column, "month") }} as date) {%- endmacro %}

{# A date moved by whole months, as DATE; `n` may be an expression. #}
{% macro add_months(column, n) -%}{{ return(adapter.dispatch("add_months", "research_culture")(column, n)) }}{%- endmacro %}
{% macro default__add_months(column, n) -%} cast({{ column }} + to_months(cast({{ n }} as integer)) as date) {%- endmacro %}
{% macro spark__add_months(column, n) -%} add_months({{ column }}, {{ n }}) {%- endmacro %}

{# Whole months from one first-of-month to another. #}
{% macro months_between(first, second) -%}
    ((extract(year from {{ second }}) - extract(year from {{ first }})) * 12
        + (extract(month from {{ second }}) - extract(month from {{ first }})))
{%- endmacro %}

{# Days from one date to another (0 for the same day), as INTEGER. #}
{% macro days_between(first, second) -%}{{ return(adapter.dispatch("days_between", "research_culture")(first, second)) }}{%- endmacro %}
{% macro default__days_between(first, second) -%} cast(date_diff('day', {{ first }}, {{ second }}) as integer) {%- endmacro %}
{% macro spark__days_between(first, second) -%} datediff({{ second }}, {{ first }}) {%- endmacro %}

{# A cast that gives NULL where the text is not of the type. #}
{% macro try_cast(expression, type) -%} try_cast({{ expression }} as {{ type }}) {%- endmacro %}

{# A text that is a whole number, however it is spelt (7, 07, 7.0), without zeros to the left or right; else NULL. #}
{% macro whole_number(expression) -%}
    case
        when {{ try_cast(expression, "double") }} = floor({{ try_cast(expression, "double") }})
            then cast({{ try_cast(try_cast(expression, "double"), "bigint") }} as {{ dbt.type_string() }})
    end
{%- endmacro %}

{# Linear-interpolation percentile, as an aggregate. #}
{% macro percentile(column, fraction) -%}{{ return(adapter.dispatch("percentile", "research_culture")(column, fraction)) }}{%- endmacro %}
{% macro default__percentile(column, fraction) -%} quantile_cont({{ column }}, {{ fraction }}) {%- endmacro %}
{% macro spark__percentile(column, fraction) -%} percentile({{ column }}, {{ fraction }}) {%- endmacro %}

{# 100 x numerator / denominator as DOUBLE; NULL where the denominator is 0 or NULL. #}
{% macro percentage(numerator, denominator) -%}
    100.0 * cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

{# Name as a code: lower case, every run of other characters than a-z0-9 one underscore, none at the ends. #}
{% macro slug(column) -%}{{ return(adapter.dispatch("slug", "research_culture")(column)) }}{%- endmacro %}
{% macro default__slug(column) -%} trim(regexp_replace(lower({{ column }}), '[^a-z0-9]+', '_', 'g'), '_') {%- endmacro %}
{% macro spark__slug(column) -%} trim(both '_' from regexp_replace(lower({{ column }}), '[^a-z0-9]+', '_')) {%- endmacro %}

{# Rows (one column, `month`) for each first-of-month between two dates, both included. #}
{% macro month_series(first, last) -%}{{ return(adapter.dispatch("month_series", "research_culture")(first, last)) }}{%- endmacro %}
{% macro default__month_series(first, last) -%} select cast(t.m as date) as month from (select unnest(generate_series({{ first }}, {{ last }}, interval 1 month)) as m) as t {%- endmacro %}
{% macro spark__month_series(first, last) -%} select explode(sequence({{ first }}, {{ last }}, interval 1 month)) as month {%- endmacro %}

{# Rows (one column, `day`) for each date between two dates, both included. #}
{% macro day_series(first, last) -%}{{ return(adapter.dispatch("day_series", "research_culture")(first, last)) }}{%- endmacro %}
{% macro default__day_series(first, last) -%} select cast(t.d as date) as day from (select unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as d) as t {%- endmacro %}
{% macro spark__day_series(first, last) -%} select explode(sequence({{ first }}, {{ last }}, interval 1 day)) as day {%- endmacro %}

{# NHS financial year of a date as INTEGER, named by the year in which it begins: 2026/27 is 2026. #}
{% macro financial_year(column) -%}
    cast(extract(year from {{ column }}) - case when extract(month from {{ column }}) < 4 then 1 else 0 end as integer)
{%- endmacro %}

{# Rows (the given columns, `part`, `part_position` from 1) for each trimmed part of a list in a text column; none for NULL. #}
{% macro list_parts(relation, columns, list, separator=";") -%}{{ return(adapter.dispatch("list_parts", "research_culture")(relation, columns, list, separator)) }}{%- endmacro %}
{% macro default__list_parts(relation, columns, list, separator) -%}
    select {{ columns | join(", ") }}, trim(unnest(string_split({{ list }}, '{{ separator }}'))) as part, cast(unnest(range(1, len(string_split({{ list }}, '{{ separator }}')) + 1)) as integer) as part_position from {{ relation }}
{%- endmacro %}
{% macro spark__list_parts(relation, columns, list, separator) -%}
    select {{ columns | join(", ") }}, trim(t.part) as part, t.place + 1 as part_position from {{ relation }} lateral view posexplode(split({{ list }}, '{{ separator }}')) t as place, part
{%- endmacro %}

{# The values of several expressions by their names, {name: expression}; `named` picks one of them, NULL for a name that none has. #}
{% macro by_names(expressions) -%}{{ return(adapter.dispatch("by_names", "research_culture")(expressions)) }}{%- endmacro %}
{% macro default__by_names(expressions) -%} map(['{{ expressions | join("', '") }}'], [{{ expressions.values() | join(", ") }}]) {%- endmacro %}
{% macro spark__by_names(expressions) -%} map({% for name, value in expressions.items() %}'{{ name }}', {{ value }}{{ ", " if not loop.last }}{% endfor %}) {%- endmacro %}

{% macro named(values, name) -%}{{ return(adapter.dispatch("named", "research_culture")(values, name)) }}{%- endmacro %}
{% macro default__named(values, name) -%} map_extract_value({{ values }}, {{ name }}) {%- endmacro %}
{% macro spark__named(values, name) -%} {{ values }}[{{ name }}] {%- endmacro %}
