{#
    Marts that are computed from published values only (models/marts/derived) must not see more than a reader of the release does.
    So they read every table in the form in which it is published: its key, labels and measures, and beside each measure that can
    be hidden the flag that says whether it is. In the private warehouse that form is a view of the schema `published_form` in
    which nothing is hidden and every flag is false; the publisher puts the protected tables in its place and runs the same SQL.
    The schema holds the form, not the protection: it is as private as the marts.
    The SQL that the publisher runs is that of a view of the schema `derivation`, one for each derived mart and under its name; the
    mart itself is a table, since tests, checks and other derived marts read it.

    `published_form()` is the post-hook that makes the view of a published model.
    `derivation()` is the post-hook that makes the view with the SQL of a derived mart.
    `shown(name)` is what a derived mart reads instead of `ref(name)`.
    A derived mart has its flags as columns of its own, so its form is the mart as it is.
    `shown_measures(name)` are the names of the numbers that it shows, `shown_flags(name)` those among them that have a flag.
    `shown_or_null(name, measures)` are columns of a select that puts tables with different measures on top of one another: each
    of `measures` (names with their types) and its flag, NULL and false where the table has none of that name.
#}
{% macro published_form() -%}
    {%- if model.config.meta.get("published") -%}
        create or replace view published_form.{{ this.identifier }} as
        select {{ form_select_list(form_of_node(model)) }} from {{ this }}
    {%- endif -%}
{%- endmacro %}

{% macro derivation() -%} create or replace view derivation.{{ this.identifier }} as {{ compiled_code }} {%- endmacro %}

{% macro shown(name) -%}
    {%- set relation = ref(name) -%}
    {%- if execute and relation.is_cte -%}
        (select {{ form_select_list(form_of(name)) }} from {{ relation }}) as {{ name }}
    {%- else -%}
        published_form.{{ name }}
    {%- endif -%}
{%- endmacro %}

{% macro shown_measures(name) -%}
    {{ return(form_of(name).measures if execute else []) }}
{%- endmacro %}

{% macro shown_flags(name) -%}
    {{ return(form_of(name).flags if execute else []) }}
{%- endmacro %}

{% macro shown_or_null(name, measures) -%}
    {%- set form = form_of(name) if execute else {"columns": [], "flags": []} -%}
    {%- for measure, type in measures.items() -%}
        {{ measure if measure in form.columns else "cast(null as " ~ type ~ ")" }} as {{ measure }},
        {{ measure ~ "_is_suppressed" if measure in form.flags else "false" }} as {{ measure }}_is_suppressed
        {%- if not loop.last %},
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#
    The form of a published model: `columns` that it has of its own, `measures` that are numbers, `flags` that are put beside it.
    A unit test is written before dbt knows its graph; there the form is read from the view that an earlier run left.
#}
{% macro form_of(name) -%}
    {%- set node = (graph.get("nodes") or {}).get("model.research_culture." ~ name) -%}
    {%- if node -%} {{ return(form_of_node(node)) }} {%- endif -%}
    {%- set form = {"columns": [], "measures": [], "flags": []} -%}
    {%- set view = api.Relation.create(database=target.database, schema="published_form", identifier=name) -%}
    {%- for column in adapter.get_columns_in_relation(view) -%}
        {%- if column.name.endswith("_is_suppressed") -%}
            {%- do form.flags.append(column.name.removesuffix("_is_suppressed")) -%}
        {%- else -%}
            {%- do form.columns.append(column.name) -%}
            {%- if column.is_number() or column.is_float() -%} {%- do form.measures.append(column.name) -%} {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(form) }}
{%- endmacro %}

{% macro form_of_node(node) -%}
    {%- set form = {"columns": [], "measures": [], "flags": []} -%}
    {%- for column in node["columns"].values() -%}
        {%- set meta = column["config"]["meta"] -%}
        {%- if meta.get("role") in ["key", "label", "measure", "flag"] -%} {%- do form.columns.append(column["name"]) -%} {%- endif -%}
        {%- if meta.get("role") == "measure" and column["data_type"] != "boolean" -%}
            {%- do form.measures.append(column["name"]) -%}
        {%- endif -%}
        {%- if "disclosure" in meta -%} {%- do form.flags.append(column["name"]) -%} {%- endif -%}
    {%- endfor -%}
    {{ return(form) }}
{%- endmacro %}

{% macro form_select_list(form) -%}
    {{ form.columns | join(", ") }}
    {%- for measure in form.flags -%} , false as {{ measure }}_is_suppressed {%- endfor -%}
{%- endmacro %}
