with published as (
    select * from {{ ref("stg_nhse__sickness_benchmark") }}
),
-- A month that is published again in a later delivery is taken from the newest.
ranked as (
    select
        *,
        row_number() over (
            partition by org_code, reporting_month
            order by delivery_month desc, delivered_by_trust_code, row_number_in_file
        ) as place
    from published
),
final as (
    select
        {{ surrogate_key(["org_code", "reporting_month"]) }} as benchmark_sickness_month_sk,
        org_code as trust_code,
        reporting_month,
        org_name as trust_name,
        org_type as trust_type,
        region_code,
        region_name,
        icb_code,
        icb_name,
        fte_days_lost,
        fte_days_available,
        {{ percentage("fte_days_lost", "fte_days_available") }} as sickness_rate,
        published_sickness_rate,
        delivery_month
    from ranked
    where place = 1
)
select * from final
