with home_trusts as (
    select * from {{ source("raw", "home_trust") }}
),
known_trusts as (
    select * from {{ ref("list_trust") }}
),
regions as (
    select * from {{ ref("list_nhs_region") }}
),
delivered_lists as (
    select * from {{ ref("stg_ods__trust") }}
),
benchmark_months as (
    select * from {{ ref("fct_benchmark_sickness_month") }}
),
newest_list as (
    select max(delivery_month) as delivery_month from delivered_lists
),
-- Of several home trusts that deliver the list of one month, the first by code speaks for a trust.
listed_in_order as (
    select
        delivered_lists.*,
        row_number() over (
            partition by delivered_lists.trust_code
            order by delivered_lists.delivered_by
        ) as place
    from delivered_lists
    inner join newest_list
        on delivered_lists.delivery_month = newest_list.delivery_month
),
listed as (
    select * from listed_in_order where place = 1
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
    select trust_code from listed
    union
    select trust_code from benchmarked
),
boards as (
    select
        icb_code,
        min(icb_name) as icb_name
    from (
        select icb_code, icb_name from known_trusts
        union all
        select icb_code, icb_name from benchmarked
    ) as named
    group by icb_code
),
described as (
    select
        codes.trust_code,
        coalesce(listed.trust_name, known_trusts.trust_name, benchmarked.trust_name, codes.trust_code) as trust_name,
        coalesce(known_trusts.trust_type, benchmarked.trust_type) as trust_type,
        coalesce(listed.region_code, known_trusts.region_code, benchmarked.region_code) as region_code,
        coalesce(listed.icb_code, known_trusts.icb_code, benchmarked.icb_code) as icb_code,
        coalesce(known_trusts.trust_type, benchmarked.trust_type) as benchmark_cluster,
        listed.open_date,
        listed.close_date,
        home_trusts.trust_code is not null as is_home_trust
    from codes
    left join home_trusts
        on codes.trust_code = home_trusts.trust_code
    left join known_trusts
        on codes.trust_code = known_trusts.trust_code
    left join listed
        on codes.trust_code = listed.trust_code
    left join benchmarked
        on codes.trust_code = benchmarked.trust_code
),
final as (
    select
        described.trust_code,
        described.trust_name,
        described.trust_type,
        described.region_code,
        regions.region_name,
        described.icb_code,
        boards.icb_name,
        described.benchmark_cluster,
        described.open_date,
        described.close_date,
        described.is_home_trust
    from described
    left join regions
        on described.region_code = regions.region_code
    left join boards
        on described.icb_code = boards.icb_code
)
select * from final
