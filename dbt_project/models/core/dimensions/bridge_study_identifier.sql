with sites as (
    select * from {{ ref("stg_edge__project_site") }}
),
identifiers as (
    select trust_code, project_id, delivery_month, 'EDGE' as scheme, project_id as identifier from sites
    union all
    select trust_code, project_id, delivery_month, 'IRAS' as scheme, iras_number as identifier from sites
    union all
    select trust_code, project_id, delivery_month, 'CPMS' as scheme, cpms_id as identifier from sites
),
last_seen as (
    select
        trust_code,
        project_id,
        max(delivery_month) as last_seen_month
    from sites
    group by trust_code, project_id
),
spans as (
    select
        trust_code,
        project_id,
        scheme,
        identifier,
        min(delivery_month) as first_seen_month,
        max(delivery_month) as last_seen_month
    from identifiers
    where identifier is not null
    group by trust_code, project_id, scheme, identifier
),
final as (
    select
        {{ surrogate_key(["spans.trust_code", "spans.project_id", "spans.scheme", "spans.identifier"]) }}
            as study_identifier_sk,
        {{ surrogate_key(["spans.trust_code", "spans.project_id"]) }} as study_sk,
        spans.trust_code,
        spans.project_id,
        spans.scheme,
        spans.identifier,
        spans.first_seen_month,
        spans.last_seen_month,
        spans.last_seen_month = last_seen.last_seen_month as is_current
    from spans
    inner join last_seen
        on spans.trust_code = last_seen.trust_code
        and spans.project_id = last_seen.project_id
)
select * from final
