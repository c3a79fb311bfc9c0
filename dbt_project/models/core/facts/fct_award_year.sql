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
        awards.status_group in ('awarded', 'completed') as is_awarded,
        case
            when awards.status_group in ('awarded', 'completed') then coalesce(awards.decision_date, awards.start_date)
            when awards.status_group = 'not_awarded' then awards.decision_date
        end as decided_on
    from years
    inner join awards
        on years.trust_code = awards.trust_code
        and years.last_month = awards.reporting_month
),
-- The running year is up to its newest month, so a decision or a start that is still to come is none yet.
dated as (
    select
        *,
        {{ financial_year("applied_date") }} = financial_year
        and applied_date <= {{ month_end("last_month") }} as is_applied_in_year,
        {{ financial_year("decided_on") }} = financial_year
        and decided_on <= {{ month_end("last_month") }} as is_decided_in_year
    from reported
),
final as (
    select
        {{ surrogate_key(["dated.trust_code", "dated.award_ref", "dated.financial_year"]) }} as award_year_sk,
        dated.trust_code,
        dated.award_ref,
        dated.financial_year,
        dated.researcher_key,
        dated.staff_key,
        places.profession_code,
        places.directorate_code,
        dated.scheme_code,
        dated.status_group,
        dated.is_applied_in_year,
        dated.is_applied_in_year and coalesce(shortlisted.first_month <= dated.last_month, false) as is_shortlisted,
        coalesce(dated.is_decided_in_year, false) as is_decided_in_year,
        coalesce(dated.is_decided_in_year and dated.is_awarded, false) as is_awarded_in_year,
        dated.amount,
        dated.is_awarded and in_scheme.award_ref is not null as is_in_scheme_in_year
    from dated
    left join places
        on dated.trust_code = places.trust_code
        and dated.staff_key = places.staff_key
        and dated.financial_year = places.financial_year
    left join shortlisted
        on dated.trust_code = shortlisted.trust_code
        and dated.award_ref = shortlisted.award_ref
    left join in_scheme
        on dated.trust_code = in_scheme.trust_code
        and dated.award_ref = in_scheme.award_ref
        and dated.financial_year = in_scheme.financial_year
)
select * from final
