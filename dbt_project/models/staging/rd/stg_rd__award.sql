with awards as (
    select * from {{ source("raw", "rd_awards") }}
),
-- Several labels may share a slug; they then share a scheme or a group too.
schemes as (
    select
        {{ slug("scheme") }} as scheme_slug,
        min(scheme_code) as scheme_code
    from {{ ref("map_award_scheme") }}
    group by {{ slug("scheme") }}
),
status_groups as (
    select
        {{ slug("award_status") }} as award_status_slug,
        min(status_group) as status_group
    from {{ ref("map_award_status_group") }}
    group by {{ slug("award_status") }}
),
final as (
    select
        awards.trust_code,
        awards.reporting_month as delivery_month,
        awards.award_ref,
        awards.researcher_key,
        awards.scheme as scheme_name,
        coalesce(schemes.scheme_code, 'unmapped') as scheme_code,
        awards.funder as funder_name,
        {{ slug("awards.role") }} as award_role,
        awards.applied_date,
        awards.status as award_status,
        coalesce(status_groups.status_group, 'unmapped') as status_group,
        awards.decision_date,
        awards.start_date,
        awards.end_date,
        awards.amount,
        awards.wte_percent
    from awards
    left join schemes
        on {{ slug("awards.scheme") }} = schemes.scheme_slug
    left join status_groups
        on {{ slug("awards.status") }} = status_groups.award_status_slug
)
select * from final
