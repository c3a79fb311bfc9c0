{#
    Marts that are computed from published values only (models/marts/derived) must not see more than a reader of the release does.
    So they read every table in the form in which it is published: its key, labels and measures, and beside each measure that can
    be hidden the flag that says whether it is. In the private warehouse that form is a view of the schema `published_form` in
    which nothing is hidden and every flag is false; the publisher puts the protected tables in its place and runs the same SQL.
    The schema holds the form, not the protection: it is as private as the marts.

    `published_form()` is the post-hook that makes the view of a published model.
    `shown(name)` is what a derived mart reads instead of `ref(name)`.
    `shown_measures(name)` are the names of the numbers that it shows, `shown_flags(name)` those among them that have a flag.
#}
{% macro published_form() -%}
    {%- if model.config.meta.get("published") -%}
        create or replace view published_form.{{ this.identifier }} as
        select {{ published_columns(model) }} from {{ this }}
    {%- endif -%}
{%- endmacro %}

{% macro shown(name) -%}
    {%- set relation = ref(name) -%}
    {%- if execute and relation.is_cte -%}
        (select {{ published_columns(graph.nodes["model.research_culture." ~ name]) }} from {{ relation }}) as {{ name }}
    {%- else -%}
        published_form.{{ name }}
    {%- endif -%}
{%- endmacro %}

{% macro shown_measures(name) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for column in graph.nodes["model.research_culture." ~ name].columns.values() if column.config.meta.get("role") == "measure" and column.data_type != "boolean" -%}
            {%- do found.append(column.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{% macro shown_flags(name) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for column in graph.nodes["model.research_culture." ~ name].columns.values() if "disclosure" in column.config.meta -%}
            {%- do found.append(column.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{# A select list. A derived mart has its flags as columns of its own, so it is shown as it is. #}
{% macro published_columns(node) -%}
    {%- set shown, flags = [], [] -%}
    {%- for column in node["columns"].values() -%}
        {%- set meta = column["config"]["meta"] -%}
        {%- if meta.get("role") in ["key", "label", "measure", "flag"] -%} {%- do shown.append(column["name"]) -%} {%- endif -%}
        {%- if "disclosure" in meta -%} {%- do flags.append("false as " ~ column["name"] ~ "_is_suppressed") -%} {%- endif -%}
    {%- endfor -%}
    {{ (shown + flags) | join(", ") }}
{%- endmacro %}
