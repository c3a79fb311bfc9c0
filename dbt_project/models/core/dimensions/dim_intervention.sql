with actions as (
    select * from {{ ref("stg_plan__action") }}
),
units as (
    select distinct trust_code, unit_type, unit_code from {{ ref("dim_organisation") }}
),
professions as (
    select * from {{ ref("dim_profession") }}
    where profession_code <> 'unmapped'
),
deliveries as (
    select
        trust_code,
        max(reporting_month) as newest_month
    from {{ ref("fct_delivery") }}
    where extract = 'rd_interventions' and status = 'current'
    group by trust_code
),
numbered as (
    select
        *,
        min(delivery_month) over (partition by trust_code, action_id) as first_seen_month,
        row_number() over (partition by trust_code, action_id order by delivery_month desc) as place
    from actions
),
final as (
    select
        {{ surrogate_key(["numbered.trust_code", "numbered.action_id"]) }} as intervention_sk,
        numbered.trust_code,
        numbered.action_id,
        numbered.action_name,
        numbered.scope_type,
        numbered.scope_value,
        numbered.unit_code,
        coalesce(units.unit_code, professions.profession_code) is not null as is_scope_known,
        numbered.start_date,
        numbered.end_date,
        numbered.planned_places,
        numbered.delivered_places,
        numbered.assignment_rule,
        numbered.first_seen_month,
        numbered.delivery_month as last_seen_month,
        numbered.delivery_month = deliveries.newest_month as is_in_newest_delivery
    from numbered
    inner join deliveries
        on numbered.trust_code = deliveries.trust_code
    left join units
        on numbered.trust_code = units.trust_code
        and numbered.scope_type = units.unit_type
        and numbered.unit_code = units.unit_code
    left join professions
        on numbered.scope_type = 'profession'
        and numbered.unit_code = professions.profession_code
    where numbered.place = 1
)
select * from final
