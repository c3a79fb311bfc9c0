with halves as (
    select * from {{ ref("fct_board_line_half") }}
),
lines as (
    select * from {{ ref("dim_board_line") }}
),
final as (
    select
        halves.trust_code,
        halves.half_year,
        halves.line_code,
        lines.section,
        lines.line_name,
        lines.unit,
        lines.direction,
        lines.definition,
        lines.sort_order,
        halves.half_start_month,
        halves.half_end_month,
        halves.last_reporting_month,
        lines.extract,
        halves.months_reported,
        halves.missing_months,
        halves.missing_months is null as is_complete,
        halves.is_provisional,
        halves.numerator,
        halves.denominator,
        halves.line_value as value,
        before.line_value as previous_value,
        halves.line_value - before.line_value as change,
        halves.missing_months is null and before.board_line_half_sk is not null and before.missing_months is null
            as is_comparable,
        halves.group_headcount,
        halves.counted_headcount,
        halves.protected_headcount,
        before.group_headcount as previous_group_headcount,
        before.counted_headcount as previous_counted_headcount,
        before.protected_headcount as previous_protected_headcount
    from halves
    inner join lines
        on halves.line_code = lines.line_code
    left join halves as before
        on halves.trust_code = before.trust_code
        and halves.line_code = before.line_code
        and {{ add_months("halves.half_start_month", -6) }} = before.half_start_month
)
select * from final
