-- Every study-site in each month, as the project-site delivery of that month has it (else the newest before).
with months as (
    select * from {{ ref("int_calendar__month") }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where extract = 'rd_project_sites'
),
sites as (
    select * from {{ ref("stg_edge__project_site") }}
),
final as (
    select
        months.reporting_month,
        months.month_end_date,
        sites.*,
        coalesce(
            sites.opened_date <= months.month_end_date
            and (sites.actual_closing_date is null or sites.actual_closing_date >= months.reporting_month),
            false
        ) as is_open_in_month
    from months
    inner join as_of
        on months.trust_code = as_of.trust_code
        and months.reporting_month = as_of.reporting_month
    inner join sites
        on as_of.trust_code = sites.trust_code
        and as_of.delivery_month = sites.delivery_month
)
select * from final
