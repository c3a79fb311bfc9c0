{%- set rounds = 4 -%}
with identifiers as (
    select * from {{ ref("int_portfolio__study_identifier") }}
),
-- Studies that share a current identifier, directly or through others, take the first project number among them. Each round
-- carries it one study further.
cluster_0 as (
    select
        trust_code,
        project_id,
        project_id as study_cluster_id
    from identifiers
    where scheme = 'EDGE'
),
{%- for round in range(1, rounds + 1) %}
shared_{{ round }} as (
    select
        identifiers.trust_code,
        identifiers.scheme,
        identifiers.identifier,
        min(clusters.study_cluster_id) as study_cluster_id
    from identifiers
    inner join cluster_{{ round - 1 }} as clusters
        on identifiers.trust_code = clusters.trust_code
        and identifiers.project_id = clusters.project_id
    where identifiers.is_current
    group by identifiers.trust_code, identifiers.scheme, identifiers.identifier
),
cluster_{{ round }} as (
    select
        identifiers.trust_code,
        identifiers.project_id,
        min(shared.study_cluster_id) as study_cluster_id
    from identifiers
    inner join shared_{{ round }} as shared
        on identifiers.trust_code = shared.trust_code
        and identifiers.scheme = shared.scheme
        and identifiers.identifier = shared.identifier
    where identifiers.is_current
    group by identifiers.trust_code, identifiers.project_id
),
{%- endfor %}
final as (
    select
        {{
            surrogate_key([
                "identifiers.trust_code", "identifiers.project_id", "identifiers.scheme", "identifiers.identifier"
            ])
        }} as study_identifier_sk,
        {{ surrogate_key(["identifiers.trust_code", "identifiers.project_id"]) }} as study_sk,
        identifiers.trust_code,
        identifiers.project_id,
        identifiers.scheme,
        identifiers.identifier,
        identifiers.first_seen_month,
        identifiers.last_seen_month,
        identifiers.is_current,
        clusters.study_cluster_id
    from identifiers
    inner join cluster_{{ rounds }} as clusters
        on identifiers.trust_code = clusters.trust_code
        and identifiers.project_id = clusters.project_id
)
select * from final
