{# Recruitment against time, from the columns of `fct_study_month`: what rtt is made of. Days are calendar days, no +1, no cap. #}

{# When recruitment is planned to end; the planned closing stands in for it. #}
{% macro planned_end_date(study) -%}
    coalesce({{ study }}.planned_recruitment_end_date, {{ study }}.planned_closing_date)
{%- endmacro %}

{# Days from opening to the end of the month, or to the actual closing once that has come; NULL before opening. #}
{% macro elapsed_days(study) -%}
    {%- set closed = study ~ ".actual_closing_date" -%}
    {%- set today = study ~ ".month_end_date" -%}
    {%- set until = "case when " ~ closed ~ " < " ~ today ~ " then " ~ closed ~ " else " ~ today ~ " end" -%}
    case when {{ study }}.opened_date <= {{ until }} then {{ days_between(study ~ ".opened_date", until) }} end
{%- endmacro %}

{# Days from opening to the planned end; NULL unless there are any. #}
{% macro duration_days(study) -%}
    case
        when {{ study }}.opened_date < {{ planned_end_date(study) }}
            then {{ days_between(study ~ ".opened_date", planned_end_date(study)) }}
    end
{%- endmacro %}

{# Target x elapsed days, which recruits x duration must reach to be on track; NULL before 30 days and without a target. #}
{% macro recruitment_line(target, elapsed) -%}
    case when {{ elapsed }} >= 30 and {{ target }} > 0 then cast({{ target }} as bigint) * {{ elapsed }} end
{%- endmacro %}
