with lines as (
    select * from {{ ref("dim_board_line") }}
),
halves as (
    select * from {{ ref("int_board__half") }}
),
delivered as (
    select * from {{ ref("int_board__delivered_month") }}
),
months as (
    select * from {{ ref("dim_month") }}
),
provisional as (
    select distinct {{ half_start("reporting_month") }} as half_start_month from months where is_provisional
),
figures as (
    select
        trust_code,
        half_start_month,
        line_code,
        numerator,
        denominator,
        median,
        cast(0 as bigint) as group_headcount,
        cast(0 as bigint) as counted_headcount
    from {{ ref("int_board__study_line") }}
    union all
    select
        trust_code,
        half_start_month,
        line_code,
        numerator,
        denominator,
        cast(null as double) as median,
        group_headcount,
        cast(0 as bigint) as counted_headcount
    from {{ ref("int_board__recruitment_line") }}
    union all
    select
        trust_code,
        half_start_month,
        line_code,
        numerator,
        denominator,
        cast(null as double) as median,
        group_headcount,
        counted_headcount
    from {{ ref("int_board__workforce_line") }}
    union all
    select
        trust_code,
        half_start_month,
        line_code,
        numerator,
        denominator,
        cast(null as double) as median,
        group_headcount,
        counted_headcount
    from {{ ref("int_board__award_line") }}
),
final as (
    select
        {{ surrogate_key(["halves.trust_code", "halves.half_start_month", "lines.line_code"]) }} as board_line_half_sk,
        halves.trust_code,
        halves.half_start_month,
        {{ half_year("halves.half_start_month") }} as half_year,
        halves.half_end_month,
        halves.last_month as last_reporting_month,
        lines.line_code,
        figures.numerator,
        figures.denominator,
        case lines.calculation
            when 'count' then figures.numerator
            when 'median' then figures.median
            when 'percentage' then {{ percentage("figures.numerator", "figures.denominator") }}
        end as line_value,
        delivered.months_reported,
        nullif(
            trim(
                {%- for place in range(6) %}
                coalesce(delivered.missing_{{ place }} || ' ', ''){{ " ||" if not loop.last }}
                {%- endfor %}
            ),
            ''
        ) as missing_months,
        provisional.half_start_month is not null as is_provisional,
        figures.group_headcount,
        figures.counted_headcount,
        case when lines.is_complement_protected then figures.group_headcount else figures.counted_headcount end
            as protected_headcount
    from halves
    cross join lines
    inner join delivered
        on halves.trust_code = delivered.trust_code
        and halves.half_start_month = delivered.half_start_month
        and lines.extract = delivered.extract
    left join figures
        on halves.trust_code = figures.trust_code
        and halves.half_start_month = figures.half_start_month
        and lines.line_code = figures.line_code
    left join provisional
        on halves.half_start_month = provisional.half_start_month
)
select * from final
