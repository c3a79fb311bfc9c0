{#
    The figures of indicators, taken from a relation by the names that dim_indicator holds.

    `indicator_figures(measures, flags)` are the columns value, numerator, denominator, benchmark and their flags, for a select that
    joins a relation (aliased `source`) to the indicators (aliased `indicators`). `measures` are the relation's columns that an
    indicator may name; `flags` are those of them that have a flag beside them.
#}
{% macro indicator_figures(measures, flags=[]) -%}
    {%- set numerator = chosen_measure(measures, "indicators.numerator_measure") -%}
    {%- set denominator = chosen_measure(measures, "indicators.denominator_measure") -%}
    {%- set numerator_flag = chosen_flag(flags, "indicators.numerator_measure") -%}
    {%- set denominator_flag = chosen_flag(flags, "indicators.denominator_measure") -%}
    case
        when indicators.value_measure is not null then {{ chosen_measure(measures, "indicators.value_measure") }}
        else {{ percentage(numerator, denominator) }}
    end as value,
    {{ numerator }} as numerator,
    {{ denominator }} as denominator,
    {{ chosen_measure(measures, "indicators.benchmark_measure") }} as benchmark,
    case
        when indicators.value_measure is not null then {{ chosen_flag(flags, "indicators.value_measure") }}
        else {{ numerator_flag }} or {{ denominator_flag }}
    end as value_is_suppressed,
    {{ numerator_flag }} as numerator_is_suppressed,
    {{ denominator_flag }} as denominator_is_suppressed
{%- endmacro %}

{# The measure whose name a column holds, as DOUBLE; NULL where it holds none. #}
{% macro chosen_measure(measures, name) -%}
    case {{ name }}
        {%- for measure in measures if execute %} when '{{ measure }}' then cast(source.{{ measure }} as double) {%- endfor %}
        when '' then cast(null as double)
    end
{%- endmacro %}

{# Its flag; false for a measure that is never hidden. #}
{% macro chosen_flag(flags, name) -%}
    coalesce(
        case {{ name }}
            {%- for measure in flags if execute %} when '{{ measure }}' then source.{{ measure }}_is_suppressed {%- endfor %}
            when '' then false
        end,
        false
    )
{%- endmacro %}
