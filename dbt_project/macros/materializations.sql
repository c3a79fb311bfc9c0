{#
    How a table is written. Both replace dbt-duckdb's own, which write a second table, rename it and drop the first: four
    transactions a table where one will do. The release never reads a warehouse that a build left unfinished (the load marks it
    as under way and builds again), so nothing is gained by keeping the former table aside.

    `table`: written whole, in one transaction.
    `incremental`: the pre-hook takes out what the load recomputes, the model's rows are put in. With a `unique_key`, rows that
    bear the key of a new row go first. Columns and types are the enforced contract's; it is checked on a full build, and a
    further month runs the same code: to check it again would bind each table's SQL twice.
#}
{% materialization table, adapter="duckdb" -%}
    {%- set target = this.incorporate(type="table") -%}
    {% do drop_unless_table(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement("main") -%} {{ write_whole(target, compiled_code) }} {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target]}) }}
{%- endmaterialization %}

{% materialization incremental, adapter="duckdb" -%}
    {%- set target = this.incorporate(type="table") -%}
    {%- set is_further = is_incremental() -%}
    {% do drop_unless_table(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement("main") -%}
        {%- if is_further -%} {{ write_further(target, compiled_code, config.get("unique_key")) }}
        {%- else -%} {{ write_whole(target, compiled_code) }}
        {%- endif -%}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target]}) }}
{%- endmaterialization %}

{% macro drop_unless_table(existing) -%}
    {%- if existing is not none and existing.type != "table" -%} {% do adapter.drop_relation(existing) %} {%- endif -%}
{%- endmacro %}

{% macro write_whole(target, select) -%}
    {%- if config.get("contract").enforced -%}
        {%- if not is_further_month() -%} {{ get_assert_columns_equivalent(select) }} {%- endif -%}
        create or replace table {{ target }} {{ get_table_columns_and_constraints() }};
        {{ insert_rows(target, select) }}
    {%- else -%}
        create or replace table {{ target }} as ({{ select }})
    {%- endif -%}
{%- endmacro %}

{% macro write_further(target, select, unique_key) -%}
    {%- if unique_key -%}
        create or replace temporary table {{ this.identifier }}__new as ({{ select }});
        delete from {{ target }} where {{ unique_key }} in (select {{ unique_key }} from {{ this.identifier }}__new);
        {{ insert_rows(target, "select * from " ~ this.identifier ~ "__new") }};
        drop table {{ this.identifier }}__new
    {%- else -%}
        {{ insert_rows(target, select) }}
    {%- endif -%}
{%- endmacro %}

{# Rows by the names of the contract, so that the order of columns in a model does not matter. #}
{% macro insert_rows(target, select) -%}
    {%- set columns = model["columns"].values() | map(attribute="name") | join(", ") -%}
    insert into {{ target }} ({{ columns }}) select {{ columns }} from ({{ select }}) as rows_of_model
{%- endmacro %}
