with person_rows as (
    select * from {{ ref("int_quality__person_row") }} where {{ loaded_months() }}
),
assignments as (
    select * from {{ ref("stg_esr__assignment") }} where {{ loaded_months() }}
),
staff as (
    select distinct
        trust_code,
        reporting_month,
        staff_key
    from assignments
),
months_with_staff as (
    select distinct
        trust_code,
        reporting_month
    from staff
),
final as (
    select
        {{ surrogate_key(["person_rows.trust_code", "person_rows.extract", "person_rows.reporting_month"]) }}
            as unknown_reference_month_sk,
        person_rows.trust_code,
        person_rows.extract,
        person_rows.reporting_month,
        cast(count(*) as bigint) as row_count,
        cast(count(case when staff.staff_key is null then 1 end) as bigint) as unknown_row_count
    from person_rows
    inner join months_with_staff
        on person_rows.trust_code = months_with_staff.trust_code
        and person_rows.reporting_month = months_with_staff.reporting_month
    left join staff
        on person_rows.trust_code = staff.trust_code
        and person_rows.reporting_month = staff.reporting_month
        and person_rows.staff_key = staff.staff_key
    group by person_rows.trust_code, person_rows.extract, person_rows.reporting_month
)
select * from final
