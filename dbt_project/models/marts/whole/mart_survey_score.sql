with scores as (
    select * from {{ ref("fct_survey_group_score") }}
),
trusts as (
    select * from {{ ref("dim_trust") }}
),
published as (
    select * from {{ ref("fct_benchmark_survey_score") }}
),
-- the simple mean of organisations, as care-setting figures are published; the trust itself is one of them
benchmarks as (
    select
        instrument,
        wave,
        score_code,
        benchmark_cluster,
        'trust' as group_type,
        {{ exact_sum("score", 14) }} / count(score) as benchmark_mean,
        count(score) as benchmark_organisations
    from published
    where score is not null
    group by instrument, wave, score_code, benchmark_cluster
),
final as (
    select
        scores.trust_code,
        scores.instrument,
        scores.wave,
        scores.first_reporting_month as wave_month,
        scores.score_code,
        {{ surrogate_key(["scores.instrument", "scores.score_code"]) }} as survey_score_sk,
        scores.group_type,
        scores.group_code,
        scores.group_name,
        {{ group_sk("scores") }} as group_sk,
        scores.respondents,
        scores.headcount,
        scores.response_rate,
        scores.n,
        scores.mean,
        scores.sd,
        scores.median,
        scores.p25,
        scores.p75,
        scores.positive_share,
        scores.negative_share,
        benchmarks.benchmark_mean,
        benchmarks.benchmark_organisations,
        'unweighted' as weighting,
        scores.positive_n,
        scores.negative_n,
        scores.is_unanimous_extreme,
        scores.first_reporting_month as headcount_month
    from scores
    left join trusts
        on scores.trust_code = trusts.trust_code
    left join benchmarks
        on scores.instrument = benchmarks.instrument
        and scores.wave = benchmarks.wave
        and scores.score_code = benchmarks.score_code
        and scores.group_type = benchmarks.group_type
        and trusts.benchmark_cluster = benchmarks.benchmark_cluster
)
select * from final
