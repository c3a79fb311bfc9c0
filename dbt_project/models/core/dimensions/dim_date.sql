with reporting_months as (
    select
        min({{ financial_year("reporting_month") }}) - 5 as first_year,
        max({{ financial_year("reporting_month") }}) as last_year
    from {{ ref("int_calendar__month") }}
),
delivered_months as (
    select
        min({{ financial_year("reporting_month") }}) as first_year,
        max({{ financial_year("reporting_month") }}) as last_year
    from {{ ref("fct_load_calendar") }}
),
months as (
    select
        least(reporting_months.first_year, delivered_months.first_year) as first_year,
        greatest(reporting_months.last_year, delivered_months.last_year) as last_year
    from reporting_months
    cross join delivered_months
),
bank_holidays as (
    select * from {{ ref("list_bank_holiday") }}
),
all_days as (
    {{ day_series("cast('2000-04-01' as date)", "cast('2100-03-31' as date)") }}
),
-- Five years back, since appraisals, contracts and studies begin before the first snapshot; further for older deliveries.
days as (
    select
        all_days.day as date_day,
        {{ month_start("all_days.day") }} as reporting_month,
        {{ financial_year("all_days.day") }} as financial_year,
        cast(extract(month from all_days.day) as integer) as month_number,
        -- 2000-01-03 was a Monday.
        {{ days_between("cast('2000-01-03' as date)", "all_days.day") }} % 7 + 1 as weekday_number
    from all_days
    cross join months
    where {{ financial_year("all_days.day") }} between months.first_year and months.last_year
),
final as (
    select
        days.date_day,
        days.reporting_month,
        cast(extract(year from days.date_day) as integer) as calendar_year,
        days.month_number,
        cast(extract(day from days.date_day) as integer) as day_of_month,
        days.financial_year,
        cast(floor((days.month_number + 8) % 12 / 3.0) as integer) + 1 as financial_quarter,
        days.weekday_number,
        days.weekday_number <= 5 as is_weekday,
        bank_holidays.holiday_date is not null as is_bank_holiday,
        bank_holidays.holiday_name as bank_holiday_name,
        days.weekday_number <= 5 and bank_holidays.holiday_date is null as is_working_day
    from days
    left join bank_holidays
        on days.date_day = bank_holidays.holiday_date
)
select * from final
