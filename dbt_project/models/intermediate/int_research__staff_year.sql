-- Where a linked R&D person belongs in a financial year: profession and directorate of the newest month up to its last in which
-- they were in post with a substantive assignment. So everybody belongs to one of each for the whole year.
with years as (
    select * from {{ ref("int_calendar__financial_year") }}
),
linked as (
    select distinct
        trust_code,
        staff_key
    from {{ ref("stg_vault__researcher_link") }}
    where staff_key is not null
),
staff as (
    select
        months.trust_code,
        months.staff_key,
        months.reporting_month,
        months.profession_code,
        months.directorate_code
    from {{ ref("fct_staff_month") }} as months
    inner join linked
        on months.trust_code = linked.trust_code
        and months.staff_key = linked.staff_key
    where months.is_substantive
),
numbered as (
    select
        staff.trust_code,
        staff.staff_key,
        years.financial_year,
        staff.profession_code,
        staff.directorate_code,
        row_number() over (
            partition by staff.trust_code, staff.staff_key, years.financial_year
            order by staff.reporting_month desc
        ) as place
    from staff
    inner join years
        on staff.trust_code = years.trust_code
        and staff.reporting_month <= years.last_month
),
final as (
    select
        trust_code,
        staff_key,
        financial_year,
        profession_code,
        directorate_code
    from numbered
    where place = 1
)
select * from final
