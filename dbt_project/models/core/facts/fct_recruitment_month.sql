with reported as (
    select * from {{ ref("stg_edge__recruitment") }}
),
latest_deliveries as (
    select * from {{ ref("int_portfolio__latest_recruitment") }}
),
latest as (
    select
        reported.trust_code,
        reported.project_id,
        reported.recruitment_month,
        reported.delivery_month,
        reported.recruited
    from reported
    inner join latest_deliveries
        on reported.trust_code = latest_deliveries.trust_code
        and reported.project_id = latest_deliveries.project_id
        and reported.delivery_month = latest_deliveries.delivery_month
),
final as (
    select
        {{
            surrogate_key([
                "reported.trust_code", "reported.project_id", "reported.recruitment_month", "reported.delivery_month"
            ])
        }} as recruitment_month_sk,
        reported.trust_code,
        reported.project_id,
        reported.recruitment_month,
        reported.delivery_month as reporting_month,
        reported.recruited,
        coalesce(latest.recruited, 0) as recruited_latest,
        coalesce(latest.delivery_month = reported.delivery_month, false) as is_latest
    from reported
    left join latest
        on reported.trust_code = latest.trust_code
        and reported.project_id = latest.project_id
        and reported.recruitment_month = latest.recruitment_month
)
select * from final
