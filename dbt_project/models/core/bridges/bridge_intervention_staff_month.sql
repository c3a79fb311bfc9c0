{{ config(materialized="view") }}
with exposures as (
    select * from {{ ref("fct_intervention_exposure_month") }} where is_scope_known
),
staff as (
    select * from {{ ref("fct_staff_month") }} where is_substantive
),
final as (
    select
        exposures.trust_code,
        exposures.action_id,
        exposures.reporting_month,
        staff.staff_key,
        exposures.months_since_start
    from exposures
    inner join staff
        on exposures.trust_code = staff.trust_code
        and exposures.reporting_month = staff.reporting_month
        and exposures.unit_code = case exposures.unit_type
            when 'trust' then staff.trust_code
            when 'directorate' then staff.directorate_code
            when 'team' then staff.team_code
            when 'profession' then staff.profession_code
        end
)
select * from final
