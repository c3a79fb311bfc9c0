with figures as (
    select * from {{ ref("scorecard__figure") }}
),
final as (
    select
        trust_code,
        indicator_code,
        group_type,
        group_code,
        group_name,
        reporting_month,
        value,
        numerator,
        denominator,
        target,
        benchmark,
        is_provisional,
        value_is_suppressed,
        numerator_is_suppressed,
        denominator_is_suppressed
    from figures
)
select * from final
