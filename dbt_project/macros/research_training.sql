{# What a completion is in a month: within its windows of calendar months, and GCP in date on its last day. #}
{% macro research_training_states(completions, months) -%}
        {{ completions }}.completion_month >= {{ add_months(months ~ ".reporting_month", -23) }} as is_within_24m,
        {{ completions }}.completion_month >= {{ add_months(months ~ ".reporting_month", -11) }} as is_within_12m,
        {{ completions }}.level_code,
        coalesce({{ completions }}.is_gcp and {{ completions }}.gcp_expiry_date >= {{ months }}.month_end_date, false) as is_gcp_in_date
{%- endmacro %}

{# What a person has in a month, from the states of the person's completions so far. #}
{% macro research_training_flags() -%}
    max(case when is_gcp_in_date then 1 else 0 end) = 1 as has_gcp_in_date,
    max(case when is_within_24m then 1 else 0 end) = 1 as has_research_training_24m,
    max(case when is_within_12m then 1 else 0 end) = 1 as has_research_training_12m
    {%- for level in ["awareness", "foundation", "intermediate", "advanced"] %},
    max(case when is_within_12m and level_code = '{{ level }}' then 1 else 0 end) = 1
        as has_research_training_12m_{{ level }}
    {%- endfor %}
{%- endmacro %}

{# T1: engaged with research, by training, by GCP in date, or by an objective of the current appraisal. #}
{% macro is_engaged(training, appraisal) -%}
    {{ any_flag([training ~ "has_research_training_24m", training ~ "has_gcp_in_date", appraisal ~ "has_research_objective"]) }}
{%- endmacro %}
