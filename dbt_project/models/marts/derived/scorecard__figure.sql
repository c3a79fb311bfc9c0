{{ config(materialized="ephemeral", contract={"enforced": false}) }}
-- Every figure of every indicator, from whichever mart it comes, with the target that applies to it.
with figures as (
    select * from {{ ref("scorecard__group_month") }}
    union all
    select * from {{ ref("scorecard__survey_wave") }}
    union all
    select * from {{ ref("scorecard__portfolio_month") }}
    union all
    select * from {{ ref("scorecard__quality_month") }}
),
indicators as (
    select * from {{ shown("dim_indicator") }}
),
months as (
    select * from {{ shown("dim_month") }}
),
targets as (
    select * from {{ shown("dim_target") }}
),
given as (
    select
        figures.*,
        indicators.minimum_n,
        coalesce(months.is_provisional, false) as is_provisional
    from figures
    inner join indicators
        on figures.indicator_code = indicators.indicator_code
    left join months
        on figures.reporting_month = months.reporting_month
    where {{ valid_in("figures.reporting_month", "indicators") }}
),
-- The most particular target holds: of the group, of its kind, of all; of these the one that began last.
ranked as (
    select
        given.trust_code,
        given.indicator_code,
        given.group_type,
        given.group_code,
        given.reporting_month,
        targets.target,
        row_number() over (
            partition by
                given.trust_code, given.indicator_code, given.group_type, given.group_code, given.reporting_month
            order by
                case when targets.group_code = 'all' then 1 else 0 end,
                case when targets.group_type = 'all' then 1 else 0 end,
                targets.valid_from desc
        ) as place
    from given
    inner join targets
        on given.indicator_code = targets.indicator_code
        and targets.group_type in ('all', given.group_type)
        and targets.group_code in ('all', given.group_code)
        and {{ valid_in("given.reporting_month", "targets") }}
),
final as (
    select
        given.trust_code,
        given.indicator_code,
        given.group_type,
        given.group_code,
        given.group_name,
        given.reporting_month,
        case when coalesce(given.denominator >= given.minimum_n, true) then given.value end as value,
        given.numerator,
        given.denominator,
        ranked.target,
        given.benchmark,
        given.is_provisional,
        given.value_is_suppressed,
        given.numerator_is_suppressed,
        given.denominator_is_suppressed
    from given
    left join ranked
        on given.trust_code = ranked.trust_code
        and given.indicator_code = ranked.indicator_code
        and given.group_type = ranked.group_type
        and given.group_code = ranked.group_code
        and given.reporting_month = ranked.reporting_month
        and ranked.place = 1
)
select * from final
