-- Whom each delivery of an R&D extract names, once a person, by what linking made of them in its month.
with links as (
    select * from {{ ref("stg_vault__researcher_link") }}
),
named as (
    select trust_code, 'rd_study_team' as extract, delivery_month as reporting_month, researcher_key
    from {{ ref("stg_edge__study_team") }}
    union
    select
        trust_code,
        'rd_project_sites' as extract,
        delivery_month as reporting_month,
        principal_investigator_key as researcher_key
    from {{ ref("stg_edge__project_site") }}
    union
    select trust_code, 'rd_awards' as extract, reporting_month, researcher_key
    from {{ ref("fct_award_report") }}
    union
    select trust_code, 'rd_outputs' as extract, reporting_month, researcher_key
    from {{ ref("int_output__author") }}
),
judged as (
    select
        named.trust_code,
        named.extract,
        named.reporting_month,
        coalesce(links.profession_code, 'not_known') as profession_code,
        coalesce(links.link_status, 'review') as link_status
    from named
    left join links
        on named.trust_code = links.trust_code
        and named.researcher_key = links.researcher_key
        and {{ valid_in("named.reporting_month", "links") }}
    where named.researcher_key is not null
),
by_group as (
    select trust_code, extract, reporting_month, 'trust' as group_type, trust_code as group_code, link_status from judged
    union all
    select trust_code, extract, reporting_month, 'profession' as group_type, profession_code as group_code, link_status
    from judged
),
counted as (
    select
        trust_code,
        extract,
        reporting_month,
        group_type,
        group_code,
        cast(count(*) as integer) as researchers,
        cast(count(case when link_status = 'linked' then 1 end) as integer) as linked,
        cast(count(case when link_status = 'overridden' then 1 end) as integer) as overridden,
        cast(count(case when link_status = 'review' then 1 end) as integer) as review,
        cast(count(case when link_status = 'outside' then 1 end) as integer) as outside
    from by_group
    group by trust_code, extract, reporting_month, group_type, group_code
),
final as (
    select
        {{ surrogate_key(["trust_code", "extract", "reporting_month", "group_type", "group_code"]) }} as link_rate_month_sk,
        trust_code,
        extract,
        reporting_month,
        group_type,
        group_code,
        researchers,
        linked,
        overridden,
        review,
        outside,
        100.0 * (linked + overridden) / nullif(researchers - outside, 0) as link_rate
    from counted
)
select * from final
