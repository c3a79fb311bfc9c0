{#
    Survey waves that this load recomputes. A wave follows its deliveries and the staff of its first month, so it stays as it
    is unless a month up to its newest delivery has changed.
    `loaded_waves(waves)` is the condition that a model by wave puts on its list of waves; on a full build it is true.
    `instruments` names those that the model is about; waves of others are never in it.
    `clear_loaded_waves()` is the model's pre-hook. A wave that falls back to an older delivery is taken out by what it was
    and comes back because it is no longer there.
#}
{% macro loaded_waves(waves, instruments=["NSS", "NQPS", "RCC"]) -%}
    {%- if is_incremental() -%}
        {{ waves }}.instrument in ('{{ instruments | join("', '") }}')
        and (
            {{ waves }}.newest_reporting_month >= {{ marked_date("from_month") }}
            or not exists (
                select 1 from {{ this }} as kept
                where kept.trust_code = {{ waves }}.trust_code
                    and kept.instrument = {{ waves }}.instrument
                    and kept.wave = {{ waves }}.wave
            )
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro clear_loaded_waves() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where newest_reporting_month >= {{ marked_date("from_month") }}
    {%- endif -%}
{%- endmacro %}
