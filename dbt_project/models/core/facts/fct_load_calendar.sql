-- Every month in which an extract was expected or came, and what stands there. A conflict is named before what it leaves in
-- place, because it waits for someone to settle it.
with deliveries as (
    select * from {{ ref("fct_delivery") }}
),
contracts as (
    select * from {{ ref("stg_ledger__extract_contract") }}
),
conflicts as (
    select * from {{ ref("stg_ledger__conflict") }}
),
months as (
    select * from {{ ref("int_calendar__month") }}
),
expected as (
    select
        months.trust_code,
        contracts.extract,
        months.reporting_month
    from months
    cross join contracts
    where contracts.is_expected
),
places as (
    select trust_code, extract, reporting_month from expected
    union
    select trust_code, extract, reporting_month from deliveries
    union
    select trust_code, extract, reporting_month from conflicts
),
counted as (
    select
        trust_code,
        extract,
        reporting_month,
        max(case when status = 'current' then delivery_id end) as delivery_id,
        max(case when status = 'current' then file_name end) as file_name,
        max(case when status = 'current' then version end) as version,
        max(case when status = 'rejected' then 1 else 0 end) as has_rejected,
        max(case when status = 'withdrawn' then 1 else 0 end) as has_withdrawn,
        cast(sum(case when status = 'replaced' then 1 else 0 end) as integer) as replaced_count
    from deliveries
    group by trust_code, extract, reporting_month
),
final as (
    select
        {{ surrogate_key(["places.trust_code", "places.extract", "places.reporting_month"]) }} as load_calendar_sk,
        places.trust_code,
        places.extract,
        places.reporting_month,
        expected.extract is not null as is_expected,
        case
            when conflicts.extract is not null then 'conflict'
            when counted.delivery_id is not null then 'current'
            when counted.has_withdrawn = 1 then 'withdrawn'
            when counted.has_rejected = 1 then 'rejected'
            else 'missing'
        end as state,
        counted.delivery_id,
        counted.file_name,
        counted.version,
        coalesce(counted.replaced_count, 0) as replaced_count
    from places
    left join expected
        on places.trust_code = expected.trust_code
        and places.extract = expected.extract
        and places.reporting_month = expected.reporting_month
    left join conflicts
        on places.trust_code = conflicts.trust_code
        and places.extract = conflicts.extract
        and places.reporting_month = conflicts.reporting_month
    left join counted
        on places.trust_code = counted.trust_code
        and places.extract = counted.extract
        and places.reporting_month = counted.reporting_month
)
select * from final
