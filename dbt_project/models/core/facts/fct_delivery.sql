with deliveries as (
    select * from {{ ref("stg_ledger__delivery") }}
),
contracts as (
    select * from {{ ref("stg_ledger__extract_contract") }}
),
final as (
    select
        deliveries.delivery_id,
        deliveries.trust_code,
        deliveries.extract,
        deliveries.reporting_month,
        deliveries.file_name,
        deliveries.version,
        deliveries.sha256,
        deliveries.contract_version,
        deliveries.status,
        deliveries.rows_delivered,
        deliveries.rows_accepted,
        deliveries.rows_rejected,
        contracts.rows_about
    from deliveries
    left join contracts
        on deliveries.extract = contracts.extract
)
select * from final
