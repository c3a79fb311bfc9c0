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
team_rows as (
    select * from {{ ref("stg_edge__study_team") }}
),
links as (
    select * from {{ ref("link_researcher_staff") }}
),
researchers as (
    select distinct
        team_rows.trust_code,
        team_rows.delivery_month as reporting_month,
        team_rows.researcher_key,
        coalesce(links.link_status, 'review') as link_status
    from team_rows
    left join links
        on team_rows.trust_code = links.trust_code
        and team_rows.researcher_key = links.researcher_key
),
link_counts as (
    select
        trust_code,
        reporting_month,
        link_status,
        count(*) as n
    from researchers
    group by trust_code, reporting_month, link_status
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
        'researchers_' || link_counts.link_status as check_name,
        'researcher_key' as column_name,
        cast(null as {{ dbt.type_string() }}) as reason_code,
        link_counts.n,
        'info' as severity
    from link_counts
    inner join current_deliveries
        on link_counts.trust_code = current_deliveries.trust_code
        and link_counts.reporting_month = current_deliveries.reporting_month
        and current_deliveries.extract = 'rd_study_team'
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
final as (
    select
        {{ surrogate_key(["delivery_id", "check_name", "column_name", "reason_code"]) }} as delivery_finding_sk,
        delivery_id,
        check_name,
        column_name,
        reason_code,
        cast(sum(n) as bigint) as n,
        max(severity) as severity
    from gathered
    group by delivery_id, check_name, column_name, reason_code
)
select * from final
