with home_trusts as (
    select * from {{ source("raw", "home_trust") }}
),
known_trusts as (
    select * from {{ ref("list_trust") }}
),
benchmark_months as (
    select * from {{ ref("fct_benchmark_sickness_month") }}
),
newest_month as (
    select trust_code, max(reporting_month) as reporting_month from benchmark_months group by trust_code
),
benchmarked as (
    select benchmark_months.*
    from benchmark_months
    inner join newest_month
        on benchmark_months.trust_code = newest_month.trust_code
        and benchmark_months.reporting_month = newest_month.reporting_month
),
codes as (
    select trust_code from home_trusts
    union
    select trust_code from known_trusts
    union
    select trust_code from benchmarked
),
final as (
    select
        codes.trust_code,
        coalesce(known_trusts.trust_name, benchmarked.trust_name, codes.trust_code) as trust_name,
        coalesce(known_trusts.trust_type, benchmarked.trust_type) as trust_type,
        coalesce(known_trusts.region_code, benchmarked.region_code) as region_code,
        coalesce(known_trusts.region_name, benchmarked.region_name) as region_name,
        coalesce(known_trusts.icb_code, benchmarked.icb_code) as icb_code,
        coalesce(known_trusts.icb_name, benchmarked.icb_name) as icb_name,
        coalesce(known_trusts.trust_type, benchmarked.trust_type) as benchmark_cluster,
        home_trusts.trust_code is not null as is_home_trust
    from codes
    left join home_trusts
        on codes.trust_code = home_trusts.trust_code
    left join known_trusts
        on codes.trust_code = known_trusts.trust_code
    left join benchmarked
        on codes.trust_code = benchmarked.trust_code
)
select * from final
