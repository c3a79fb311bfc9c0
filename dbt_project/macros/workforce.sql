{# The loaded months and the n months before them: what a comparison with an earlier month has to read. #}
{% macro loaded_months_and_before(n, column="reporting_month") -%}
    {%- if is_incremental() -%}
        {{ column }} >= {{ add_months(marked_date("from_month"), -n) }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{# Sum of a DOUBLE that does not depend on the order of the rows: added up as decimals, returned as DOUBLE. #}
{% macro exact_sum(expression, scale=8) -%}
    cast(sum(cast({{ expression }} as decimal(18, {{ scale }}))) as double)
{%- endmacro %}

{# Whether a seed's row holds in a month; a blank date is open. Without `or`, which would keep engines from a hash join. #}
{% macro valid_in(month, seed) -%}
    coalesce({{ seed }}.valid_from, cast('1900-01-01' as date)) <= {{ month }}
        and coalesce({{ seed }}.valid_to, cast('9999-12-31' as date)) >= {{ month }}
{%- endmacro %}

{# Code of a person's group of each kind, from the columns of `fct_staff_month`; the groupings of every mart "by group". #}
{% macro group_code(group_type, staff) -%}
    case {{ group_type }}
        when 'trust' then {{ staff }}.trust_code
        when 'profession' then {{ staff }}.profession_code
        when 'directorate' then {{ staff }}.directorate_code
        when 'directorate_profession' then {{ staff }}.directorate_code || '|' || {{ staff }}.profession_code
        when 'pay_band_group' then {{ staff }}.pay_band_group
    end
{%- endmacro %}

{# Number of days of a month, from its first day. #}
{% macro days_in_month(column) -%} ({{ days_between(column, month_end(column)) }} + 1) {%- endmacro %}

{# Name of a group; the names of trust, profession and band group do not depend on the month, the directorate's may. #}
{% macro group_name(group_type, trust_name, profession_name, directorate_name, pay_band_group_name) -%}
    case {{ group_type }}
        when 'trust' then {{ trust_name }}
        when 'profession' then {{ profession_name }}
        when 'directorate' then {{ directorate_name }}
        when 'directorate_profession' then {{ directorate_name }} || ' | ' || {{ profession_name }}
        when 'pay_band_group' then {{ pay_band_group_name }}
    end
{%- endmacro %}

{# True where any of the flags is true, false where one of them is known, NULL where none was collected. #}
{% macro any_flag(flags) -%}
    case when {{ flags | join(" or ") }} then true when coalesce({{ flags | join(", ") }}) is not null then false end
{%- endmacro %}

{# Key of a group over all its months and marts, as in `dim_group`. #}
{% macro group_sk(relation) -%}
    {{ surrogate_key([relation ~ ".trust_code", relation ~ ".group_type", relation ~ ".group_code"]) }}
{%- endmacro %}
