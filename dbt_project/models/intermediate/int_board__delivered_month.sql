-- The months of each half that an extract was delivered for, and the newest delivery that the half can be computed from.
with halves as (
    select * from {{ ref("int_board__half") }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
),
offsets as (
    {%- for offset in range(6) %}
    select {{ offset }} as place {{ "union all" if not loop.last }}
    {%- endfor %}
),
half_months as (
    select
        halves.trust_code,
        halves.half_start_month,
        offsets.place,
        cast({{ add_months("halves.half_start_month", "offsets.place") }} as date) as reporting_month
    from halves
    cross join offsets
),
extracts as (
    select distinct extract from {{ ref("dim_board_line") }}
),
delivered as (
    select distinct trust_code, extract, delivery_month from as_of where delivery_month = reporting_month
),
final as (
    select
        half_months.trust_code,
        half_months.half_start_month,
        extracts.extract,
        cast(count(delivered.delivery_month) as integer) as months_reported,
        {%- for place in range(6) %}
        max(
            case
                when half_months.place = {{ place }} and delivered.delivery_month is null
                    then substr(cast(half_months.reporting_month as {{ dbt.type_string() }}), 1, 7)
            end
        ) as missing_{{ place }}{{ "," if not loop.last }}
        {%- endfor %}
    from half_months
    cross join extracts
    left join delivered
        on half_months.trust_code = delivered.trust_code
        and half_months.reporting_month = delivered.delivery_month
        and extracts.extract = delivered.extract
    group by half_months.trust_code, half_months.half_start_month, extracts.extract
)
select * from final
