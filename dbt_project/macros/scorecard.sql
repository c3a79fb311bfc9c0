{#
    The figures of indicators, taken from a mart by the names that dim_indicator holds.

    `indicator_figures(mart, source)` are the columns value, numerator, denominator, benchmark and their flags, for a select that
    joins the mart (aliased `source`) to the indicators (aliased `indicators`).
#}
{% macro indicator_figures(mart, source="source") -%}
    case
        when indicators.value_measure is not null then {{ chosen_measure(mart, source, "indicators.value_measure") }}
        else {{ percentage(chosen_measure(mart, source, "indicators.numerator_measure"), "(" ~ chosen_measure(mart, source, "indicators.denominator_measure") ~ ")") }}
    end as value,
    {{ chosen_measure(mart, source, "indicators.numerator_measure") }} as numerator,
    {{ chosen_measure(mart, source, "indicators.denominator_measure") }} as denominator,
    {{ chosen_measure(mart, source, "indicators.benchmark_measure") }} as benchmark,
    case
        when indicators.value_measure is not null then {{ chosen_flag(mart, source, "indicators.value_measure") }}
        else {{ chosen_flag(mart, source, "indicators.numerator_measure") }} or {{ chosen_flag(mart, source, "indicators.denominator_measure") }}
    end as value_is_suppressed,
    {{ chosen_flag(mart, source, "indicators.numerator_measure") }} as numerator_is_suppressed,
    {{ chosen_flag(mart, source, "indicators.denominator_measure") }} as denominator_is_suppressed
{%- endmacro %}

{# The measure of a mart whose name a column holds, as DOUBLE; NULL where it holds none. #}
{% macro chosen_measure(mart, source, name) -%}
    case {{ name }}
        {%- for measure in shown_measures(mart) if execute %} when '{{ measure }}' then cast({{ source }}.{{ measure }} as double) {%- endfor %}
        when '' then cast(null as double)
    end
{%- endmacro %}

{# Its flag; false for a measure that is never hidden. #}
{% macro chosen_flag(mart, source, name) -%}
    coalesce(
        case {{ name }}
            {%- for measure in shown_flags(mart) if execute %} when '{{ measure }}' then {{ source }}.{{ measure }}_is_suppressed {%- endfor %}
            when '' then false
        end,
        false
    )
{%- endmacro %}
