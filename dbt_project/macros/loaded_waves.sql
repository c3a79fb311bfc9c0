{#
    Survey waves that this load recomputes. A wave follows its deliveries and the staff of its first month, so it stays as it
    is unless a month up to its newest delivery has changed.
    `loaded_waves(waves)` is the condition that a model by wave puts on its list of waves; on a full build it is true. The waves
    are looked up when the SQL is written: most months have none, and then no answer is read. `instruments` names those that the
    model is about; waves of others are never in it.
    `clear_loaded_waves()` is the model's pre-hook. A wave that falls back to an older delivery is taken out by what it was
    and comes back because it is no longer there.
#}
{% macro loaded_waves(waves, instruments=["NSS", "NQPS", "RCC"]) -%}
    {%- if execute and is_incremental() -%}
        {#- Not by `ref`, which would ask every unit test of a model by wave for this view; it stands since the full build. -#}
        {%- set all_waves = this.incorporate(path={"schema": "intermediate", "identifier": "int_survey__wave"}) -%}
        {%- set changed -%}
            select waves.trust_code, waves.instrument, waves.wave
            from {{ all_waves }} as waves
            where waves.instrument in ('{{ instruments | join("', '") }}')
                and (waves.newest_reporting_month >= cast('{{ var("from_month") }}' as date)
                or not exists (
                    select 1 from {{ this }} as kept
                    where kept.trust_code = waves.trust_code
                        and kept.instrument = waves.instrument
                        and kept.wave = waves.wave
                        and kept.newest_reporting_month < cast('{{ var("from_month") }}' as date)
                ))
            order by waves.trust_code, waves.instrument, waves.wave
        {%- endset -%}
        ({% for row in run_query(changed).rows -%}
            ({{ waves }}.trust_code = '{{ row[0] }}' and {{ waves }}.instrument = '{{ row[1] }}' and {{ waves }}.wave = '{{ row[2] | replace("'", "''") }}')
            or {% endfor -%} false)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro clear_loaded_waves() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where newest_reporting_month >= cast('{{ var("from_month") }}' as date)
    {%- endif -%}
{%- endmacro %}
