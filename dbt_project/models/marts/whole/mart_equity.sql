with figures as (
    select * from {{ ref("fct_equity_month") }}
),
months as (
    select
        trust_code,
        characteristic,
        reporting_month,
        min(trust_headcount) as trust_headcount,
        min(trust_research_active_headcount) as trust_research_active_headcount,
        count(award_decided_12m) > 0 as has_awards
    from figures
    group by trust_code, characteristic, reporting_month
),
categories as (
    select
        trust_code,
        characteristic,
        category_code,
        min(characteristic_name) as characteristic_name,
        min(category_name) as category_name,
        min(reporting_month) as first_month,
        max(reporting_month) as last_month
    from figures
    group by trust_code, characteristic, category_code
),
counted as (
    select
        categories.trust_code,
        categories.characteristic,
        categories.category_code,
        categories.characteristic_name,
        categories.category_name,
        months.reporting_month,
        coalesce(figures.headcount, 0) as headcount,
        case
            when months.trust_research_active_headcount is not null then coalesce(figures.research_active_headcount, 0)
        end as research_active_headcount,
        months.trust_headcount,
        months.trust_research_active_headcount
        {%- for measure in [
            "award_decided_12m", "award_awarded_12m", "award_decided_headcount", "award_awarded_headcount"
        ] %},
        case when months.has_awards then coalesce(figures.{{ measure }}, 0) end as {{ measure }}
        {%- endfor %}
    from categories
    inner join months
        on categories.trust_code = months.trust_code
        and categories.characteristic = months.characteristic
        and months.reporting_month between categories.first_month and categories.last_month
    left join figures
        on categories.trust_code = figures.trust_code
        and categories.characteristic = figures.characteristic
        and categories.category_code = figures.category_code
        and months.reporting_month = figures.reporting_month
),
others as (
    select
        *,
        trust_headcount - headcount as other_headcount,
        trust_research_active_headcount - research_active_headcount as other_research_active_headcount
    from counted
),
-- Katz's variance of the log ratio of the category's rate to that of all others. The category is part of the trust it is
-- compared with, so that the ratio to the whole trust varies less: by the share of the active who are outside (delta method).
ratios as (
    select
        *,
        cast(research_active_headcount as double) / nullif(headcount, 0)
            / nullif(cast(trust_research_active_headcount as double) / trust_headcount, 0) as representation_ratio,
        cast(other_research_active_headcount as double) / nullif(trust_research_active_headcount, 0) as other_share,
        1.0 / nullif(research_active_headcount, 0) - 1.0 / nullif(headcount, 0)
            + 1.0 / nullif(other_research_active_headcount, 0) - 1.0 / nullif(other_headcount, 0) as katz_variance
    from others
),
final as (
    select
        trust_code,
        characteristic,
        category_code,
        reporting_month,
        characteristic_name,
        category_name,
        headcount,
        research_active_headcount,
        {{ percentage("research_active_headcount", "headcount") }} as research_active_rate,
        trust_headcount,
        trust_research_active_headcount,
        {{ percentage("trust_research_active_headcount", "trust_headcount") }} as trust_research_active_rate,
        representation_ratio,
        {%- for bound, sign in {"lower": -1, "upper": 1}.items() %}
        case
            when katz_variance > 0
                then representation_ratio
                    * exp({{ sign }} * {{ var("normal_quantile_95") }} * other_share * sqrt(katz_variance))
        end as representation_ratio_{{ bound }}_95,
        {%- endfor %}
        award_decided_12m,
        award_awarded_12m,
        {{ percentage("award_awarded_12m", "award_decided_12m") }} as award_success_rate_12m,
        award_decided_headcount,
        award_awarded_headcount
    from ratios
)
select * from final
