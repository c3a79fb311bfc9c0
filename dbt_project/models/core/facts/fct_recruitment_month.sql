{{ config(materialized="view") }}
-- A view: the reports are stored by month, and what is latest moves with every delivery.
with reported as (
    select * from {{ ref("fct_recruitment_report") }}
),
latest_deliveries as (
    select * from {{ ref("int_portfolio__latest_recruitment") }}
),
latest as (
    select
        reported.trust_code,
        reported.project_id,
        reported.recruitment_month,
        reported.reporting_month,
        reported.recruited
    from reported
    inner join latest_deliveries
        on reported.trust_code = latest_deliveries.trust_code
        and reported.project_id = latest_deliveries.project_id
        and reported.reporting_month = latest_deliveries.delivery_month
),
final as (
    select
        reported.recruitment_report_sk as recruitment_month_sk,
        reported.trust_code,
        reported.project_id,
        reported.recruitment_month,
        reported.reporting_month,
        reported.recruited,
        coalesce(latest.recruited, 0) as recruited_latest,
        coalesce(latest.reporting_month = reported.reporting_month, false) as is_latest
    from reported
    left join latest
        on reported.trust_code = latest.trust_code
        and reported.project_id = latest.project_id
        and reported.recruitment_month = latest.recruitment_month
)
select * from final
