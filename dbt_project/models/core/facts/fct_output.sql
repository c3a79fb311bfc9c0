with spans as (
    select * from {{ ref("int_output__reported_span") }}
),
outputs as (
    select * from {{ ref("fct_output_report") }}
),
authors as (
    select
        trust_code,
        reporting_month,
        output_id,
        count(*) as author_count,
        count(distinct staff_key) as linked_author_count
    from {{ ref("int_output__author") }}
    group by trust_code, reporting_month, output_id
),
newest as (
    select
        trust_code,
        max(last_reported_month) as newest_month
    from spans
    group by trust_code
),
final as (
    select
        {{ surrogate_key(["outputs.trust_code", "outputs.output_id"]) }} as output_sk,
        outputs.trust_code,
        outputs.output_id,
        case
            when outputs.output_id like '10.%' then 'doi'
            when {{ try_cast("outputs.output_id", "bigint") }} is not null then 'pmid'
            else 'other'
        end as identifier_scheme,
        outputs.title,
        outputs.output_type,
        outputs.publication_date,
        {{ financial_year("outputs.publication_date") }} as financial_year,
        outputs.partner_organisations,
        cast(authors.author_count as integer) as author_count,
        cast(authors.linked_author_count as integer) as linked_author_count,
        spans.first_reported_month,
        spans.last_reported_month,
        spans.last_reported_month = newest.newest_month as is_in_newest_list
    from outputs
    inner join spans
        on outputs.trust_code = spans.trust_code
        and outputs.output_id = spans.output_id
        and outputs.reporting_month = spans.last_reported_month
    inner join newest
        on outputs.trust_code = newest.trust_code
    left join authors
        on outputs.trust_code = authors.trust_code
        and outputs.reporting_month = authors.reporting_month
        and outputs.output_id = authors.output_id
)
select * from final
