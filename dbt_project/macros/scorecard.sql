{#
    The figures of indicators, taken from a relation by the names that dim_indicator holds.

    `figure_source(relation, measures, flags)` is a relation with its `measures`, of which an indicator may name one, and `flags`,
    those of them that have a flag beside them, by their names; `shown_figures(name)` is the same of a mart as it is published.
    `indicator_figures()` are the columns value, numerator, denominator, benchmark and their flags, for a select that joins such a
    relation (aliased `source`) to the indicators (aliased `indicators`).
#}
{% macro figure_source(relation, measures, flags=[]) -%}
    {%- set values, hidden = {"": "cast(null as double)"}, {"": "false"} -%}
    {%- for measure in measures if execute -%}
        {%- do values.update({measure: "cast(given." ~ measure ~ " as double)"}) -%}
    {%- endfor -%}
    {%- for measure in flags if execute -%}
        {%- do hidden.update({measure: "given." ~ measure ~ "_is_suppressed"}) -%}
    {%- endfor -%}
    (
        select given.*, {{ by_names(values) }} as figure_by_name, {{ by_names(hidden) }} as flag_by_name
        from (select * from {{ relation }}) as given
    )
{%- endmacro %}

{% macro shown_figures(name) -%} {{ figure_source(shown(name), shown_measures(name), shown_flags(name)) }} {%- endmacro %}

{% macro indicator_figures() -%}
    {%- set value = named("source.figure_by_name", "indicators.value_measure") -%}
    {%- set numerator = named("source.figure_by_name", "indicators.numerator_measure") -%}
    {%- set denominator = named("source.figure_by_name", "indicators.denominator_measure") -%}
    {%- set numerator_flag = is_hidden("indicators.numerator_measure") -%}
    {%- set denominator_flag = is_hidden("indicators.denominator_measure") -%}
    case
        when indicators.value_measure is not null then {{ value }} else {{ percentage(numerator, denominator) }}
    end as value,
    {{ numerator }} as numerator,
    {{ denominator }} as denominator,
    {{ named("source.figure_by_name", "indicators.benchmark_measure") }} as benchmark,
    case
        when indicators.value_measure is not null then {{ is_hidden("indicators.value_measure") }}
        else {{ numerator_flag }} or {{ denominator_flag }}
    end as value_is_suppressed,
    {{ numerator_flag }} as numerator_is_suppressed,
    {{ denominator_flag }} as denominator_is_suppressed
{%- endmacro %}

{# The flag of the measure whose name a column holds; false for a measure that is never hidden. #}
{% macro is_hidden(measure) -%} coalesce({{ named("source.flag_by_name", measure) }}, false) {%- endmacro %}
