with published as (
    select * from {{ ref("stg_nhse__pulse_benchmark") }}
    union all
    select * from {{ ref("stg_nhse__staff_survey_benchmark") }}
),
clusters as (
    select
        instrument,
        {{ slug("published_group") }} as published_group_code,
        benchmark_cluster
    from {{ ref("map_benchmark_cluster") }}
    where valid_to is null
),
-- A score that is published again in a later delivery is taken from the newest.
ranked as (
    select
        *,
        {{ slug("published_group") }} as published_group_code,
        row_number() over (
            partition by instrument, wave, org_code, score_code
            order by delivery_month desc, delivered_by_trust_code, row_number_in_file
        ) as place
    from published
),
final as (
    select
        {{ surrogate_key(["ranked.instrument", "ranked.wave", "ranked.org_code", "ranked.score_code"]) }}
            as benchmark_survey_score_sk,
        ranked.instrument,
        ranked.wave,
        ranked.org_code as trust_code,
        ranked.score_code,
        ranked.org_name as trust_name,
        ranked.published_group,
        coalesce(clusters.benchmark_cluster, ranked.published_group) as benchmark_cluster,
        ranked.n,
        ranked.score,
        ranked.delivery_month
    from ranked
    left join clusters
        on ranked.instrument = clusters.instrument
        and ranked.published_group_code = clusters.published_group_code
    where ranked.place = 1
)
select * from final
