{% set measures = {
    "respondents": "bigint", "headcount": "bigint", "response_rate": "double", "n": "bigint", "mean": "double", "sd": "double",
    "median": "double", "p25": "double", "p75": "double", "positive_share": "double", "negative_share": "double",
    "unsure_count": "bigint", "answered_count": "bigint", "unsure_rate": "double", "denominator": "bigint", "share": "double",
    "rank": "bigint",
} %}
with scores as (
    select * from {{ shown("mart_survey_score") }}
),
culture as (
    select * from {{ shown("mart_rcc_domain") }}
),
reasons as (
    select * from {{ shown("mart_barriers_motivators") }}
),
known_scores as (
    select * from {{ shown("dim_survey_score") }}
),
groups as (
    select * from {{ shown("dim_group") }}
),
score_rows as (
    select
        scores.trust_code,
        scores.instrument,
        scores.wave,
        known_scores.score_level as item_kind,
        scores.score_code as item_code,
        known_scores.score_name as item_name,
        known_scores.parent_score_code as part_of_code,
        scores.survey_score_sk,
        scores.wave_month,
        scores.group_sk,
        scores.group_name,
        scores.benchmark_mean,
        scores.benchmark_organisations,
        scores.weighting,
        {{ shown_or_null("mart_survey_score", measures) }}
    from scores
    inner join known_scores
        on scores.survey_score_sk = known_scores.survey_score_sk
),
culture_rows as (
    select
        culture.trust_code,
        culture.instrument,
        culture.wave,
        culture.level as item_kind,
        culture.item_code,
        culture.item_name,
        case when culture.level = 'item' then culture.domain_code end as part_of_code,
        known_scores.survey_score_sk,
        culture.wave_month,
        culture.group_sk,
        culture.group_name,
        cast(null as double) as benchmark_mean,
        cast(null as bigint) as benchmark_organisations,
        cast(null as {{ dbt.type_string() }}) as weighting,
        {{ shown_or_null("mart_rcc_domain", measures) }}
    from culture
    left join known_scores
        on culture.instrument = known_scores.instrument
        and culture.item_code = known_scores.score_code
),
reason_rows as (
    select
        trust_code,
        instrument,
        wave,
        block as item_kind,
        item_code,
        item_name,
        cast(null as {{ dbt.type_string() }}) as part_of_code,
        cast(null as {{ dbt.type_string() }}) as survey_score_sk,
        wave_month,
        group_sk,
        group_name,
        cast(null as double) as benchmark_mean,
        cast(null as bigint) as benchmark_organisations,
        cast(null as {{ dbt.type_string() }}) as weighting,
        {{ shown_or_null("mart_barriers_motivators", measures) }}
    from reasons
),
items as (
    select * from score_rows
    union all
    select * from culture_rows
    union all
    select * from reason_rows
),
final as (
    select
        items.*,
        groups.group_type,
        groups.group_code,
        groups.group_type_name,
        groups.profession_code,
        groups.directorate_code
    from items
    inner join groups
        on items.group_sk = groups.group_sk
)
select * from final
