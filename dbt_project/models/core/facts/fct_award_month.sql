{{ config(materialized="view") }}
with months as (
    select * from {{ ref("int_calendar__month") }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where extract = 'rd_awards'
),
awards as (
    select * from {{ ref("fct_award_report") }}
),
schemes as (
    select * from {{ ref("dim_award_scheme") }}
),
links as (
    select * from {{ ref("stg_vault__researcher_link") }}
),
final as (
    select
        {{ surrogate_key(["months.trust_code", "awards.award_ref", "months.reporting_month"]) }} as award_month_sk,
        months.trust_code,
        awards.award_ref,
        months.reporting_month,
        awards.researcher_key,
        links.staff_key,
        awards.scheme_code,
        schemes.is_on_ladder,
        schemes.is_fellowship,
        awards.award_role,
        awards.applied_date,
        awards.status_group,
        awards.decision_date,
        awards.start_date,
        awards.end_date,
        awards.amount,
        awards.wte_percent,
        coalesce(
            awards.status_group in ('awarded', 'completed')
            and awards.start_date <= months.month_end_date
            and coalesce(awards.end_date, months.reporting_month) >= months.reporting_month,
            false
        ) as is_running
    from months
    inner join as_of
        on months.trust_code = as_of.trust_code
        and months.reporting_month = as_of.reporting_month
    inner join awards
        on as_of.trust_code = awards.trust_code
        and as_of.delivery_month = awards.reporting_month
    inner join schemes
        on awards.scheme_code = schemes.scheme_code
    left join links
        on awards.trust_code = links.trust_code
        and awards.researcher_key = links.researcher_key
        and {{ valid_in("months.reporting_month", "links") }}
)
select * from final
