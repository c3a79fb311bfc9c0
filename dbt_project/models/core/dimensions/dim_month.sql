with months as (
    select distinct reporting_month, month_end_date from {{ ref("int_calendar__month") }}
),
days as (
    select * from {{ ref("dim_date") }}
),
measured as (
    select
        reporting_month,
        min(financial_year) as financial_year,
        min(financial_quarter) as financial_quarter,
        min(calendar_year) as calendar_year,
        min(month_number) as month_number,
        cast(count(*) as integer) as days_in_month,
        cast(sum(case when is_working_day then 1 else 0 end) as integer) as working_days
    from days
    group by reporting_month
),
final as (
    select
        months.reporting_month,
        months.month_end_date,
        substr('JanFebMarAprMayJunJulAugSepOctNovDec', measured.month_number * 3 - 2, 3)
            || ' ' || cast(measured.calendar_year as {{ dbt.type_string() }}) as month_name,
        measured.calendar_year,
        measured.month_number,
        measured.financial_year,
        cast(measured.financial_year as {{ dbt.type_string() }}) || '/'
            || substr(cast(measured.financial_year + 1 as {{ dbt.type_string() }}), 3, 2) as financial_year_name,
        measured.financial_quarter,
        (measured.month_number + 8) % 12 + 1 as financial_month_number,
        measured.days_in_month,
        measured.working_days,
        row_number() over (order by months.reporting_month desc) <= 2 as is_provisional
    from months
    inner join measured
        on months.reporting_month = measured.reporting_month
)
select * from final
