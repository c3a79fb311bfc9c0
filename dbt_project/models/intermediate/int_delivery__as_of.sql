-- Which delivery month each reporting month is computed from. Snapshots of HR assignments and events are taken from their
-- own month or not at all; other snapshots and restated extracts from the newest month up to it.
with deliveries as (
    select
        delivery.trust_code,
        delivery.extract,
        delivery.reporting_month as delivery_month,
        extract_contract.kind
    from {{ source("raw", "delivery") }} as delivery
    inner join {{ source("raw", "extract_contract") }} as extract_contract
        on delivery.extract = extract_contract.extract
    where delivery.status = 'current'
),
months as (
    select * from {{ ref("int_calendar__month") }}
),
own_month_only as (
    select distinct
        trust_code,
        extract,
        delivery_month as reporting_month,
        delivery_month
    from deliveries
    where kind = 'events' or extract = 'hr_assignments'
),
newest_up_to as (
    select
        months.trust_code,
        deliveries.extract,
        months.reporting_month,
        max(deliveries.delivery_month) as delivery_month
    from months
    inner join deliveries
        on months.trust_code = deliveries.trust_code
        and deliveries.delivery_month <= months.reporting_month
    where deliveries.kind <> 'events' and deliveries.extract <> 'hr_assignments'
    group by months.trust_code, deliveries.extract, months.reporting_month
)
select * from own_month_only
union all
select * from newest_up_to
