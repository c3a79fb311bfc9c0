with deliveries as (
    select * from {{ ref("stg_ledger__delivery") }}
),
final as (
    select
        delivery_id,
        trust_code,
        extract,
        reporting_month,
        file_name,
        version,
        sha256,
        contract_version,
        status,
        rows_delivered,
        rows_accepted,
        rows_rejected
    from deliveries
)
select * from final
