with deliveries as (
    select * from {{ ref("int_delivery__as_of") }} where extract = 'hr_establishment' and {{ loaded_months() }}
),
establishment as (
    select * from {{ ref("stg_finance__establishment") }} where {{ loaded_deliveries("hr_establishment") }}
),
professions as (
    select * from {{ ref("map_staff_group_profession") }} where is_one_profession
),
final as (
    select
        {{
            surrogate_key([
                "deliveries.trust_code", "establishment.cost_centre_code", "establishment.staff_group", "deliveries.reporting_month"
            ])
        }} as establishment_month_sk,
        deliveries.trust_code,
        establishment.cost_centre_code,
        establishment.staff_group,
        deliveries.reporting_month,
        professions.profession_code,
        establishment.directorate_code,
        establishment.directorate_name,
        establishment.team_code,
        establishment.team_name,
        establishment.funded_fte,
        deliveries.delivery_month
    from deliveries
    inner join establishment
        on deliveries.trust_code = establishment.trust_code
        and deliveries.delivery_month = establishment.reporting_month
    left join professions
        on lower(establishment.staff_group) = professions.staff_group
        and {{ valid_in("deliveries.reporting_month", "professions") }}
)
select * from final
