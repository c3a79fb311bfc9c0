with groups as (
    select * from {{ ref("bridge_group_month") }}
),
measures as (
    select * from {{ ref("fct_workforce_group_month") }}
),
trusts as (
    select * from {{ ref("dim_trust") }}
),
benchmarks as (
    select
        trusts.benchmark_cluster,
        'trust' as group_type,
        published.reporting_month,
        {{ percentage(exact_sum("published.fte_days_lost"), exact_sum("published.fte_days_available")) }} as sickness_rate,
        count(*) as organisations
    from {{ ref("fct_benchmark_sickness_month") }} as published
    inner join trusts
        on published.trust_code = trusts.trust_code
    group by trusts.benchmark_cluster, published.reporting_month
),
final as (
    select
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.group_name,
        groups.group_sk,
        groups.reporting_month,
        measures.headcount,
        measures.fte,
        measures.joiners,
        measures.leavers,
        measures.joiners_12m,
        measures.leavers_12m,
        measures.headcount_start_12m,
        measures.stayers_12m,
        (measures.headcount_start_12m + measures.headcount) / 2.0 as headcount_mean_12m,
        {{ percentage("measures.leavers_12m", "(measures.headcount_start_12m + measures.headcount) / 2.0") }}
            as turnover_rate_12m,
        {{ percentage("measures.stayers_12m", "measures.headcount_start_12m") }} as stability_index_12m,
        measures.funded_fte,
        measures.funded_fte - measures.fte as vacant_fte,
        {{ percentage("(measures.funded_fte - measures.fte)", "measures.funded_fte") }} as vacancy_rate,
        measures.fte_days_lost,
        measures.fte_days_available,
        {{ percentage("measures.fte_days_lost", "measures.fte_days_available") }} as sickness_rate,
        benchmarks.sickness_rate as sickness_benchmark_rate,
        benchmarks.organisations as sickness_benchmark_organisations,
        measures.s10_days_lost,
        {{ percentage("measures.s10_days_lost", "measures.fte_days_available") }} as s10_rate,
        measures.sickness_headcount,
        measures.s10_headcount
    from groups
    inner join measures
        on groups.trust_code = measures.trust_code
        and groups.group_type = measures.group_type
        and groups.group_code = measures.group_code
        and groups.reporting_month = measures.reporting_month
    left join trusts
        on groups.trust_code = trusts.trust_code
    left join benchmarks
        on trusts.benchmark_cluster = benchmarks.benchmark_cluster
        and groups.group_type = benchmarks.group_type
        and groups.reporting_month = benchmarks.reporting_month
)
select * from final
