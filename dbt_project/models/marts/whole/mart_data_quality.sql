with deliveries as (
    select
        *,
        case when rows_accepted > 0 then rows_accepted else rows_delivered end as fewest_rows
    from {{ ref("fct_delivery") }}
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
        -- The fewest rows that tell of people: those accepted, and where there are none, as of a refused file, those delivered.
        case when deliveries.rows_about = 'staff' then deliveries.fewest_rows else 0 end as staff_rows,
        case when deliveries.rows_about = 'respondents' then deliveries.fewest_rows else 0 end as respondent_rows,
        findings.delivery_finding_sk as data_quality_sk
    from deliveries
    inner join findings
        on deliveries.delivery_id = findings.delivery_id
)
select * from final
