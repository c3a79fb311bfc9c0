with spans as (
    select * from {{ ref("int_output__reported_span") }}
),
authors as (
    select * from {{ ref("int_output__author") }}
    where staff_key is not null
),
-- Somebody listed twice counts once, first and last by either place.
final as (
    select
        {{ surrogate_key(["authors.trust_code", "authors.output_id", "authors.staff_key"]) }} as output_author_sk,
        authors.trust_code,
        authors.output_id,
        authors.staff_key,
        min(authors.author_position) as author_position,
        min(authors.author_count) as author_count,
        max(case when authors.is_first_author then 1 else 0 end) = 1 as is_first_author,
        max(case when authors.is_last_author then 1 else 0 end) = 1 as is_last_author
    from authors
    inner join spans
        on authors.trust_code = spans.trust_code
        and authors.output_id = spans.output_id
        and authors.reporting_month = spans.last_reported_month
    group by authors.trust_code, authors.output_id, authors.staff_key
)
select * from final
