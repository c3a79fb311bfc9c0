with load_calendar as (
    select * from {{ ref("fct_load_calendar") }}
),
final as (
    select
        trust_code,
        extract,
        reporting_month,
        is_expected,
        state,
        delivery_id,
        file_name,
        version,
        replaced_count
    from load_calendar
)
select * from final
