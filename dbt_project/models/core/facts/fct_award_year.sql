{{ config(materialized="view") }}
with years as (
    select * from {{ ref("int_calendar__financial_year") }}
),
awards as (
    select * from {{ ref("fct_award_month") }}
),
staff as (
    select * from {{ ref("fct_staff_month") }}
    where is_substantive
),
places as (
    select * from {{ ref("int_research__staff_year") }}
),
-- A funder that turned an application down after the shortlist is known only from the months in which it was shortlisted.
shortlisted as (
    select
        trust_code,
        award_ref,
        min(reporting_month) as first_month
    from awards
    where status_group in ('shortlisted', 'awarded', 'completed')
    group by trust_code, award_ref
),
in_scheme as (
    select distinct
        awards.trust_code,
        awards.award_ref,
        {{ financial_year("awards.reporting_month") }} as financial_year
    from awards
    inner join staff
        on awards.trust_code = staff.trust_code
        and awards.staff_key = staff.staff_key
        and awards.reporting_month = staff.reporting_month
    where awards.is_running and awards.is_on_ladder
),
reported as (
    select
        years.financial_year,
        years.last_month,
        awards.*,
        {{ financial_year("awards.applied_date") }} = years.financial_year as is_applied_in_year,
        case
            when awards.status_group in ('awarded', 'completed')
                then {{ financial_year("coalesce(awards.decision_date, awards.start_date)") }}
            when awards.status_group = 'not_awarded' then {{ financial_year("awards.decision_date") }}
        end as decision_year
    from years
    inner join awards
        on years.trust_code = awards.trust_code
        and years.last_month = awards.reporting_month
),
final as (
    select
        {{ surrogate_key(["reported.trust_code", "reported.award_ref", "reported.financial_year"]) }} as award_year_sk,
        reported.trust_code,
        reported.award_ref,
        reported.financial_year,
        reported.researcher_key,
        reported.staff_key,
        places.profession_code,
        places.directorate_code,
        reported.scheme_code,
        reported.status_group,
        reported.is_applied_in_year,
        reported.is_applied_in_year and coalesce(shortlisted.first_month <= reported.last_month, false) as is_shortlisted,
        coalesce(reported.decision_year = reported.financial_year, false) as is_decided_in_year,
        coalesce(
            reported.decision_year = reported.financial_year and reported.status_group in ('awarded', 'completed'),
            false
        ) as is_awarded_in_year,
        reported.amount,
        in_scheme.award_ref is not null as is_in_scheme_in_year
    from reported
    left join places
        on reported.trust_code = places.trust_code
        and reported.staff_key = places.staff_key
        and reported.financial_year = places.financial_year
    left join shortlisted
        on reported.trust_code = shortlisted.trust_code
        and reported.award_ref = shortlisted.award_ref
    left join in_scheme
        on reported.trust_code = in_scheme.trust_code
        and reported.award_ref = in_scheme.award_ref
        and reported.financial_year = in_scheme.financial_year
)
select * from final
