with assignments as (
    select * from {{ ref("stg_esr__assignment") }} where {{ loaded_months() }}
),
statuses as (
    select * from {{ ref("map_assignment_status") }}
),
categories as (
    select * from {{ ref("map_assignment_category") }}
),
role_professions as (
    select * from {{ ref("map_job_role_profession") }}
),
group_professions as (
    select * from {{ ref("map_staff_group_profession") }}
),
grades as (
    select * from {{ ref("map_grade_pay_band") }}
),
pay_bands as (
    select * from {{ ref("dim_pay_band") }}
),
ethnic_origins as (
    select * from {{ ref("map_ethnic_origin") }}
),
mapped as (
    select
        assignments.*,
        coalesce(statuses.is_in_post, false) and assignments.fte > 0 as is_in_post,
        coalesce(categories.is_substantive, false) as is_substantive,
        coalesce(categories.contract_type, 'unmapped') as contract_type,
        coalesce(role_professions.profession_code, group_professions.profession_code, 'unmapped') as profession_code,
        -- The label is surer than the code: of the codes only a few are confirmed.
        coalesce(
            grade_names.pay_band_code,
            grade_codes.pay_band_code,
            case when assignments.staff_group = 'Medical and Dental' then 'medical' else 'unmapped' end
        ) as pay_band_code,
        case
            when assignments.ethnic_origin is null then 'Not recorded'
            else coalesce(ethnic_origins.ethnic_group, 'unmapped')
        end as ethnic_group
    from assignments
    left join statuses
        on assignments.assignment_status = statuses.assignment_status
        and {{ valid_in("assignments.reporting_month", "statuses") }}
    left join categories
        on assignments.assignment_category = categories.assignment_category
        and {{ valid_in("assignments.reporting_month", "categories") }}
    left join role_professions
        on lower(assignments.job_role) = role_professions.job_role
        and {{ valid_in("assignments.reporting_month", "role_professions") }}
    left join group_professions
        on lower(assignments.staff_group) = group_professions.staff_group
        and {{ valid_in("assignments.reporting_month", "group_professions") }}
    left join grades as grade_names
        on assignments.grade_name = grade_names.grade
        and {{ valid_in("assignments.reporting_month", "grade_names") }}
    left join grades as grade_codes
        on assignments.grade_code = grade_codes.grade
        and {{ valid_in("assignments.reporting_month", "grade_codes") }}
    left join ethnic_origins
        on assignments.ethnic_origin = ethnic_origins.ethnic_origin
        and {{ valid_in("assignments.reporting_month", "ethnic_origins") }}
),
ranked as (
    select
        mapped.*,
        pay_bands.pay_band_group,
        row_number() over (
            partition by mapped.trust_code, mapped.staff_key, mapped.reporting_month
            order by
                case when mapped.is_in_post then 0 else 1 end,
                case when mapped.is_substantive then 0 else 1 end,
                case when mapped.is_primary then 0 else 1 end,
                mapped.fte desc,
                mapped.assignment_rank,
                mapped.assignment_key
        ) as place
    from mapped
    inner join pay_bands
        on mapped.pay_band_code = pay_bands.pay_band_code
),
final as (
    select
        {{ surrogate_key(["trust_code", "assignment_key", "reporting_month"]) }} as assignment_month_sk,
        trust_code,
        assignment_key,
        reporting_month,
        staff_key,
        assignment_rank,
        assignment_status,
        assignment_category,
        contract_type,
        is_in_post,
        is_substantive,
        is_primary as is_primary_as_delivered,
        is_in_post and place = 1 as is_person_primary,
        fte,
        staff_group,
        job_role,
        occupation_code,
        profession_code,
        pay_band_code,
        pay_band_group,
        directorate_code,
        directorate_name,
        service_name,
        team_code,
        team_name,
        cost_centre_code,
        latest_start_date,
        assignment_start_date,
        contract_end_date,
        age_band,
        gender,
        ethnic_group,
        disability,
        delivery_id,
        row_number_in_file
    from ranked
)
select * from final
