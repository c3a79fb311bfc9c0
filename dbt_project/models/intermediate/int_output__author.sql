-- Each delivered list of trust authors, one row a place. A sole author is first and last.
with outputs as (
    select * from {{ ref("fct_output_report") }}
),
links as (
    select * from {{ ref("stg_vault__researcher_link") }}
),
places as (
    {{ list_parts("outputs", ["trust_code", "reporting_month", "output_id"], "author_keys") }}
),
counted as (
    select
        *,
        cast(max(part_position) over (partition by trust_code, reporting_month, output_id) as integer) as author_count
    from places
),
final as (
    select
        counted.trust_code,
        counted.reporting_month,
        counted.output_id,
        counted.part_position as author_position,
        counted.author_count,
        counted.part_position = 1 as is_first_author,
        counted.part_position = counted.author_count as is_last_author,
        nullif(counted.part, '') as researcher_key,
        links.staff_key
    from counted
    left join links
        on counted.trust_code = links.trust_code
        and counted.part = links.researcher_key
        and {{ valid_in("counted.reporting_month", "links") }}
)
select * from final
