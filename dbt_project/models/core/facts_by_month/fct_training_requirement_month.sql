with deliveries as (
    select * from {{ ref("int_delivery__as_of") }}
    where extract = 'training_compliance' and {{ loaded_months() }}
),
competences as (
    select * from {{ ref("stg_esr__competence") }}
    where {{ loaded_deliveries("training_compliance") }}
),
final as (
    select
        {{ surrogate_key([
            "deliveries.trust_code", "competences.assignment_key", "competences.competence_name", "deliveries.reporting_month"
        ]) }} as training_requirement_month_sk,
        deliveries.trust_code,
        competences.assignment_key,
        competences.competence_name,
        deliveries.reporting_month,
        competences.staff_key,
        competences.is_required,
        competences.is_achieved,
        competences.expiry_date,
        deliveries.delivery_month
    from deliveries
    inner join competences
        on deliveries.trust_code = competences.trust_code
        and deliveries.delivery_month = competences.reporting_month
)
select * from final
