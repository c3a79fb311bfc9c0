with deliveries as (
    select * from {{ ref("fct_delivery") }}
),
findings as (
    select * from {{ ref("fct_delivery_finding") }}
),
final as (
    select
        deliveries.trust_code,
        deliveries.extract,
        deliveries.reporting_month,
        deliveries.delivery_id,
        deliveries.file_name,
        deliveries.contract_version,
        deliveries.status,
        deliveries.rows_delivered,
        deliveries.rows_accepted,
        deliveries.rows_rejected,
        findings.check_name,
        findings.column_name,
        findings.reason_code,
        findings.n,
        findings.severity,
        findings.people,
        findings.people_counted,
        findings.delivery_finding_sk as data_quality_sk
    from deliveries
    inner join findings
        on deliveries.delivery_id = findings.delivery_id
)
select * from final
