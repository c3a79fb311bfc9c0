{{ config(materialized="ephemeral", contract={"enforced": false}) }}
-- Indicators from surveys: `source_item` is the score (instrument:score) or the domain. A wave stands in the month in which it
-- was first delivered; of two waves of one month the later one.
with indicators as (
    select * from {{ shown("dim_indicator") }}
),
scores as (
    select
        source.trust_code,
        indicators.indicator_code,
        source.group_type,
        source.group_code,
        source.group_name,
        source.wave_month as reporting_month,
        source.wave,
        {{ indicator_figures() }}
    from {{ shown_figures("mart_survey_score") }} as source
    inner join indicators
        on indicators.source_mart = 'mart_survey_score'
        and indicators.source_item = source.instrument || ':' || source.score_code
),
domains as (
    select
        source.trust_code,
        indicators.indicator_code,
        source.group_type,
        source.group_code,
        source.group_name,
        source.wave_month as reporting_month,
        source.wave,
        {{ indicator_figures() }}
    from {{ shown_figures("mart_rcc_domain") }} as source
    inner join indicators
        on indicators.source_mart = 'mart_rcc_domain'
        and indicators.source_item = source.domain_code
    where source.level = 'domain'
),
waves as (
    select * from scores
    union all
    select * from domains
),
numbered as (
    select
        *,
        row_number() over (
            partition by trust_code, indicator_code, group_type, group_code, reporting_month
            order by wave desc
        ) as place
    from waves
    where group_type in ('trust', 'profession', 'directorate')
),
final as (
    select
        trust_code,
        indicator_code,
        group_type,
        group_code,
        group_name,
        reporting_month,
        value,
        numerator,
        denominator,
        benchmark,
        value_is_suppressed,
        numerator_is_suppressed,
        denominator_is_suppressed
    from numbered
    where place = 1
)
select * from final
