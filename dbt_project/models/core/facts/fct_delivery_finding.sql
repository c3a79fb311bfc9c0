-- What is known of each delivery, one count a row: that its rows reconcile, what reading it found, and what the warehouse
-- found when it was held against other extracts.
with deliveries as (
    select * from {{ ref("fct_delivery") }}
),
findings as (
    select * from {{ ref("stg_ledger__finding") }}
),
unknown_references as (
    select * from {{ ref("fct_unknown_reference_month") }} where unknown_row_count > 0
),
-- Linked by evidence and by decision together: who decided is nobody's concern outside R&D.
link_rates as (
    select
        trust_code,
        extract,
        reporting_month,
        case when group_type = 'trust' then 'all' else group_code end as profession,
        linked + overridden as linked,
        review,
        outside,
        researchers - outside as people,
        cast(floor(link_rate) as integer) as link_rate
    from {{ ref("fct_link_rate_month") }}
),
link_counts as (
    select trust_code, extract, reporting_month, profession, 'researchers_linked' as check_name, linked as n
    from link_rates
    union all
    select trust_code, extract, reporting_month, profession, 'researchers_review' as check_name, review as n
    from link_rates
    union all
    select trust_code, extract, reporting_month, profession, 'researchers_outside' as check_name, outside as n
    from link_rates
    union all
    select trust_code, extract, reporting_month, profession, 'link_rate' as check_name, link_rate as n
    from link_rates
    where link_rate is not null
),
-- Actions running in their plan's own month for a unit or profession that nobody knows.
unknown_scopes as (
    select
        trust_code,
        reporting_month,
        count(*) as n
    from {{ ref("fct_intervention_exposure_month") }}
    where delivery_month = reporting_month and not is_scope_known
    group by trust_code, reporting_month
),
portfolio_findings as (
    select * from {{ ref("int_quality__portfolio_finding") }}
),
current_deliveries as (
    select * from deliveries where status = 'current'
),
gathered as (
    select
        delivery_id,
        'rows_reconciled' as check_name,
        cast(null as {{ dbt.type_string() }}) as column_name,
        cast(null as {{ dbt.type_string() }}) as reason_code,
        rows_delivered - rows_accepted - rows_rejected as n,
        'info' as severity
    from deliveries
    union all
    select
        delivery_id,
        check_name,
        column_name,
        reason_code,
        n,
        severity
    from findings
    union all
    select
        current_deliveries.delivery_id,
        'unknown_reference' as check_name,
        'staff_key' as column_name,
        'unknown_reference' as reason_code,
        unknown_references.unknown_row_count as n,
        'info' as severity
    from unknown_references
    inner join current_deliveries
        on unknown_references.trust_code = current_deliveries.trust_code
        and unknown_references.extract = current_deliveries.extract
        and unknown_references.reporting_month = current_deliveries.reporting_month
    union all
    select
        current_deliveries.delivery_id,
        link_counts.check_name,
        'profession_code' as column_name,
        link_counts.profession as reason_code,
        link_counts.n,
        'info' as severity
    from link_counts
    inner join current_deliveries
        on link_counts.trust_code = current_deliveries.trust_code
        and link_counts.reporting_month = current_deliveries.reporting_month
        and link_counts.extract = current_deliveries.extract
    union all
    select
        current_deliveries.delivery_id,
        'unknown_scope' as check_name,
        'scope_value' as column_name,
        'unknown_reference' as reason_code,
        unknown_scopes.n,
        'info' as severity
    from unknown_scopes
    inner join current_deliveries
        on unknown_scopes.trust_code = current_deliveries.trust_code
        and unknown_scopes.reporting_month = current_deliveries.reporting_month
        and current_deliveries.extract = 'rd_interventions'
    union all
    select
        current_deliveries.delivery_id,
        portfolio_findings.check_name,
        portfolio_findings.column_name,
        portfolio_findings.reason_code,
        portfolio_findings.n,
        portfolio_findings.severity
    from portfolio_findings
    inner join current_deliveries
        on portfolio_findings.trust_code = current_deliveries.trust_code
        and portfolio_findings.extract = current_deliveries.extract
        and portfolio_findings.reporting_month = current_deliveries.reporting_month
),
summed as (
    select
        delivery_id,
        check_name,
        column_name,
        reason_code,
        cast(sum(n) as bigint) as n,
        max(severity) as severity
    from gathered
    group by delivery_id, check_name, column_name, reason_code
),
people_of_rates as (
    select
        current_deliveries.delivery_id,
        link_rates.profession,
        link_rates.people,
        -- a rate beside the linked gives the others away
        case
            when link_rates.linked = 0 then link_rates.review
            when link_rates.review = 0 then link_rates.linked
            else least(link_rates.linked, link_rates.review)
        end as fewest
    from link_rates
    inner join current_deliveries
        on link_rates.trust_code = current_deliveries.trust_code
        and link_rates.extract = current_deliveries.extract
        and link_rates.reporting_month = current_deliveries.reporting_month
),
final as (
    select
        {{ surrogate_key(["summed.delivery_id", "summed.check_name", "summed.column_name", "summed.reason_code"]) }}
            as delivery_finding_sk,
        summed.delivery_id,
        summed.check_name,
        summed.column_name,
        summed.reason_code,
        summed.n,
        summed.severity,
        cast(
            case
                when summed.check_name like 'researchers%' or summed.check_name like 'person%' then summed.n
                else coalesce(people_of_rates.people, 0)
            end as bigint
        ) as people,
        cast(
            case
                when summed.check_name like 'researchers%' or summed.check_name like 'person%' then summed.n
                else coalesce(people_of_rates.fewest, 0)
            end as bigint
        ) as people_counted
    from summed
    left join people_of_rates
        on summed.delivery_id = people_of_rates.delivery_id
        and summed.reason_code = people_of_rates.profession
        and summed.check_name = 'link_rate'
)
select * from final
