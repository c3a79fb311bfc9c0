{{ config(materialized="ephemeral", contract={"enforced": false}) }}
-- Indicators whose figures are measures of a mart by group and month. A mart named here serves every indicator of its measures.
{% set marts = [
    "mart_workforce_month", "mart_research_capacity_month", "mart_job_plan_appraisal_month", "mart_training_month",
    "mart_awards_outputs_month",
] %}
with indicators as (
    select * from {{ shown("dim_indicator") }}
),
{%- for mart in marts %}
{{ mart }}_figures as (
    select
        source.trust_code,
        indicators.indicator_code,
        source.group_type,
        source.group_code,
        source.group_name,
        source.reporting_month,
        {{ indicator_figures() }}
    from {{ shown_figures(mart) }} as source
    inner join indicators
        on indicators.source_mart = '{{ mart }}'
    where source.group_type in ('trust', 'profession', 'directorate')
),
{%- endfor %}
final as (
    {%- for mart in marts %}
    select * from {{ mart }}_figures
    {{ "union all" if not loop.last }}
    {%- endfor %}
)
select * from final
