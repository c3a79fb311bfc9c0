{{ config(materialized="ephemeral", contract={"enforced": false}) }}
-- Indicators of the data themselves: R&D people linked in the deliveries of one extract (`source_item`), and extracts delivered.
{% set measures = ["numerator", "denominator"] %}
with indicators as (
    select * from {{ shown("dim_indicator") }}
),
findings as (
    select * from {{ shown("mart_data_quality") }}
    where status = 'current' and check_name in ('researchers_linked', 'researchers_review')
),
calendar as (
    select * from {{ shown("mart_load_calendar") }}
    where is_expected
),
trusts as (
    select * from {{ shown("dim_trust") }}
),
professions as (
    select * from {{ shown("dim_profession") }}
),
linked as (
    select
        trust_code,
        extract as item,
        reporting_month,
        case when reason_code = 'all' then 'trust' else 'profession' end as group_type,
        case when reason_code = 'all' then trust_code else reason_code end as group_code,
        sum(case when check_name = 'researchers_linked' then n end) as numerator,
        sum(n) as denominator,
        coalesce(bool_or(check_name = 'researchers_linked' and n_is_suppressed), false) as numerator_is_suppressed,
        coalesce(bool_or(n_is_suppressed), false) as denominator_is_suppressed
    from findings
    group by trust_code, extract, reporting_month, reason_code
),
people as (
    select
        trust_code,
        item,
        reporting_month,
        group_type,
        group_code,
        case when not numerator_is_suppressed then numerator end as numerator,
        case when not denominator_is_suppressed then denominator end as denominator,
        numerator_is_suppressed,
        denominator_is_suppressed
    from linked
),
extracts as (
    select
        trust_code,
        reporting_month,
        count(case when state = 'current' then 1 end) as numerator,
        count(*) as denominator
    from calendar
    group by trust_code, reporting_month
),
link_rates as (
    select
        source.trust_code,
        indicators.indicator_code,
        source.group_type,
        source.group_code,
        case
            when source.group_type = 'trust' then coalesce(trusts.trust_name, source.trust_code)
            else professions.profession_name
        end as group_name,
        source.reporting_month,
        {{ indicator_figures() }}
    from {{ figure_source("people", measures, measures) }} as source
    inner join indicators
        on indicators.source_mart = 'mart_data_quality'
        and source.item = indicators.source_item
    left join trusts
        on source.trust_code = trusts.trust_code
    left join professions
        on source.group_code = professions.profession_code
    where source.group_type = 'trust' or professions.profession_code is not null
),
delivered as (
    select
        source.trust_code,
        indicators.indicator_code,
        'trust' as group_type,
        source.trust_code as group_code,
        coalesce(trusts.trust_name, source.trust_code) as group_name,
        source.reporting_month,
        {{ indicator_figures() }}
    from {{ figure_source("extracts", measures) }} as source
    inner join indicators
        on indicators.source_mart = 'mart_load_calendar'
    left join trusts
        on source.trust_code = trusts.trust_code
),
final as (
    select * from link_rates
    union all
    select * from delivered
)
select * from final
