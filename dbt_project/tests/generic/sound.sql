{#
    What every row of a table has to hold, as one test a table: each dbt test costs a statement, whatever it looks at.
    Comes back with one row a problem and the number of rows that bear it.

    key: columns that together tell rows apart; none of them is NULL
    not_null: further columns that always hold a value (a column with a `not_null` constraint needs no test)
    one_of: column -> the values it may have; NULL is not a value
    within: column -> [minimum, maximum], either may be null; NULL is not a value
#}
{% test sound(model, key, not_null=[], one_of={}, within={}) %}
{{ config(fail_calc="coalesce(sum(rows_found), 0)") }}
{%- set offences = {} -%}
{%- for column in key + not_null -%} {%- do offences.update({column ~ " is missing": column ~ " is null"}) -%} {%- endfor -%}
{%- for column, values in one_of.items() -%}
    {%- set listed = [] -%}
    {%- for value in values -%} {%- do listed.append("'" ~ value ~ "'") -%} {%- endfor -%}
    {%- do offences.update({column ~ " has another value": column ~ " not in (" ~ listed | join(", ") ~ ")"}) -%}
{%- endfor -%}
{%- for column, (minimum, maximum) in within.items() -%}
    {%- if minimum is not none -%} {%- do offences.update({column ~ " is too low": column ~ " < " ~ minimum}) -%} {%- endif -%}
    {%- if maximum is not none -%} {%- do offences.update({column ~ " is too high": column ~ " > " ~ maximum}) -%} {%- endif -%}
{%- endfor -%}
with judged as (
    select * from {{ model }}
),
repeated as (
    select {{ key | join(", ") }}, count(*) as rows_found
    from judged
    group by {{ key | join(", ") }}
    having count(*) > 1
),
counted as (
    select
        {%- for condition in offences.values() %}
        count(case when {{ condition }} then 1 end) as offence_{{ loop.index }}{{ "," if not loop.last }}
        {%- endfor %}
    from judged
),
problems as (
    select '{{ key | join(", ") }}: the same key twice' as problem, cast(coalesce(sum(rows_found), 0) as bigint) as rows_found
    from repeated
    {%- for offence in offences %}
    union all
    select '{{ offence }}' as problem, offence_{{ loop.index }} as rows_found from counted
    {%- endfor %}
)
select * from problems where rows_found > 0
{% endtest %}
