with actions as (
    select * from {{ source("raw", "rd_interventions") }}
),
professions as (
    select
        {{ slug("profession_label") }} as label_slug,
        min(profession_code) as profession_code
    from {{ ref("map_profession_label") }}
    group by {{ slug("profession_label") }}
),
cleaned as (
    select
        trust_code,
        reporting_month as delivery_month,
        action_id,
        action as action_name,
        case when lower(scope) in ('trust', 'directorate', 'team', 'profession') then lower(scope) else 'unmapped' end
            as scope_type,
        scope_value,
        {{ slug("scope_value") }} as scope_slug,
        start_date,
        end_date,
        cast(planned_places as integer) as planned_places,
        cast(delivered_places as integer) as delivered_places,
        coalesce({{ slug("assignment_rule") }}, 'not_recorded') as assignment_rule
    from actions
),
final as (
    select
        cleaned.trust_code,
        cleaned.delivery_month,
        cleaned.action_id,
        cleaned.action_name,
        cleaned.scope_type,
        cleaned.scope_value,
        case cleaned.scope_type
            when 'trust' then cleaned.trust_code
            when 'profession' then coalesce(professions.profession_code, cleaned.scope_slug, 'not_recorded')
            else coalesce(cleaned.scope_slug, 'not_recorded')
        end as unit_code,
        cleaned.start_date,
        cleaned.end_date,
        cleaned.planned_places,
        cleaned.delivered_places,
        cleaned.assignment_rule
    from cleaned
    left join professions
        on cleaned.scope_slug = professions.label_slug
        and cleaned.scope_type = 'profession'
)
select * from final
