{{ config(materialized="ephemeral", contract={"enforced": false}) }}
-- Indicators of the whole portfolio, counted from the published studies; `source_item` says what is counted.
{% set measures = ["value", "numerator", "denominator"] %}
with indicators as (
    select * from {{ shown("dim_indicator") }}
),
studies as (
    select * from {{ shown("mart_portfolio_study_month") }}
),
trusts as (
    select * from {{ shown("dim_trust") }}
),
recent as (
    select
        *,
        case
            when first_participant_date
                between {{ add_months("reporting_month", -11) }} and {{ month_end("reporting_month") }}
                then days_confirmed_to_first_participant
        end as days_to_first_participant
    from studies
),
counted as (
    select
        trust_code,
        reporting_month,
        sum(recruited_in_month) as recruited,
        count(case when is_open_in_month then 1 end) as open_studies,
        count(case when is_open_in_month and rtt is not null then 1 end) as rated_studies,
        count(case when is_open_in_month and on_track then 1 end) as studies_on_track,
        {{ percentile("days_to_first_participant", 0.5) }} as median_days_to_first_participant,
        count(days_to_first_participant) as studies_with_first_participant
    from recent
    group by trust_code, reporting_month
),
figures as (
    select trust_code, reporting_month, 'recruited' as item, recruited as value, recruited as numerator, null as denominator
    from counted
    union all
    select trust_code, reporting_month, 'open' as item, open_studies as value, open_studies as numerator, null as denominator
    from counted
    union all
    select
        trust_code,
        reporting_month,
        'on_track' as item,
        null as value,
        studies_on_track as numerator,
        rated_studies as denominator
    from counted
    union all
    select
        trust_code,
        reporting_month,
        'first_participant' as item,
        median_days_to_first_participant as value,
        null as numerator,
        studies_with_first_participant as denominator
    from counted
),
final as (
    select
        source.trust_code,
        indicators.indicator_code,
        'trust' as group_type,
        source.trust_code as group_code,
        coalesce(trusts.trust_name, source.trust_code) as group_name,
        source.reporting_month,
        {{ indicator_figures() }}
    from {{ figure_source("figures", measures) }} as source
    inner join indicators
        on indicators.source_mart = 'mart_portfolio_study_month'
        and source.item = indicators.source_item
    left join trusts
        on source.trust_code = trusts.trust_code
)
select * from final
