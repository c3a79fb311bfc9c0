with awards as (
    select * from {{ ref("fct_award_report") }}
),
links as (
    select * from {{ ref("stg_vault__researcher_link") }}
),
followed as (
    select
        *,
        lag(award_status) over (partition by trust_code, award_ref order by reporting_month) as previous_status,
        lag(status_group) over (partition by trust_code, award_ref order by reporting_month) as previous_status_group
    from awards
),
changes as (
    select
        *,
        row_number() over (partition by trust_code, award_ref order by reporting_month desc) as place_from_last
    from followed
    where previous_status is null or award_status <> previous_status
),
final as (
    select
        {{ surrogate_key(["changes.trust_code", "changes.award_ref", "changes.reporting_month"]) }} as award_event_sk,
        changes.trust_code,
        changes.award_ref,
        changes.reporting_month,
        changes.researcher_key,
        links.staff_key,
        changes.scheme_name,
        changes.scheme_code,
        changes.funder_name,
        changes.award_role,
        changes.award_status,
        changes.status_group,
        changes.previous_status_group,
        case
            when changes.status_group = 'applied' then changes.applied_date
            when changes.status_group in ('awarded', 'not_awarded') then changes.decision_date
            when changes.status_group = 'completed' then changes.end_date
        end as event_date,
        changes.amount,
        changes.wte_percent,
        changes.place_from_last = 1 as is_latest
    from changes
    left join links
        on changes.trust_code = links.trust_code
        and changes.researcher_key = links.researcher_key
        and {{ valid_in("changes.reporting_month", "links") }}
)
select * from final
