{{ config(materialized="view") }}
with years as (
    select * from {{ ref("int_calendar__financial_year") }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where extract = 'rd_outputs'
),
outputs as (
    select * from {{ ref("fct_output_report") }}
),
authors as (
    select * from {{ ref("int_output__author") }}
),
places as (
    select * from {{ ref("int_research__staff_year") }}
),
newest as (
    select
        trust_code,
        max(reporting_month) as delivery_month
    from outputs
    group by trust_code
),
-- Each year as its last month's delivery has it, and once more as the newest has it.
lists as (
    select
        years.trust_code,
        years.financial_year,
        as_of.delivery_month,
        {{ month_end("years.last_month") }} as last_day,
        false as is_latest
    from years
    inner join as_of
        on years.trust_code = as_of.trust_code
        and years.last_month = as_of.reporting_month
    union all
    select
        years.trust_code,
        years.financial_year,
        newest.delivery_month,
        {{ month_end("years.last_month") }} as last_day,
        true as is_latest
    from years
    inner join newest
        on years.trust_code = newest.trust_code
),
final as (
    select
        {{
            surrogate_key([
                "lists.trust_code", "outputs.output_id", "lists.financial_year", "authors.author_position", "lists.is_latest"
            ])
        }} as output_author_year_sk,
        lists.trust_code,
        outputs.output_id,
        lists.financial_year,
        authors.author_position,
        lists.is_latest,
        authors.is_first_author,
        authors.is_last_author,
        authors.researcher_key,
        authors.staff_key,
        places.profession_code,
        places.directorate_code,
        outputs.partner_organisations
    from lists
    inner join outputs
        on lists.trust_code = outputs.trust_code
        and lists.delivery_month = outputs.reporting_month
        and lists.financial_year = {{ financial_year("outputs.publication_date") }}
        and lists.last_day >= outputs.publication_date
    inner join authors
        on outputs.trust_code = authors.trust_code
        and outputs.reporting_month = authors.reporting_month
        and outputs.output_id = authors.output_id
    left join places
        on lists.trust_code = places.trust_code
        and authors.staff_key = places.staff_key
        and lists.financial_year = places.financial_year
)
select * from final
