{#- Line -> numerator, denominator, people of the group, people counted. -#}
{%- set lines = {
    "award_applications": ["applied", "null", "applied_people", "applied_people"],
    "awards_won": ["awarded", "null", "decided_people", "awarded_people"],
    "award_success_pct": ["awarded", "decided", "decided_people", "awarded_people"],
    "award_value": ["award_value", "null", "decided_people", "awarded_people"],
    "fellowships_running": ["fellowships", "null", "fellows", "fellows"]
} -%}
-- Applications and awards of a half as the delivery for its last month (else the newest before) reports them.
-- A file from before the half says nothing of it.
with halves as (
    select * from {{ ref("int_board__half") }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }} where extract = 'rd_awards'
),
awards as (
    select * from {{ ref("fct_award_month") }}
),
chosen as (
    select
        halves.*,
        {{ month_end("halves.half_end_month") }} as half_end_date
    from halves
    inner join as_of
        on halves.trust_code = as_of.trust_code
        and halves.last_month = as_of.reporting_month
        and halves.half_start_month <= as_of.delivery_month
),
dated as (
    select
        *,
        coalesce(staff_key, researcher_key) as person_key,
        case
            when status_group in ('awarded', 'completed') then coalesce(decision_date, start_date)
            when status_group = 'not_awarded' then decision_date
        end as decided_date
    from awards
),
judged as (
    select
        chosen.trust_code,
        chosen.half_start_month,
        dated.award_ref,
        dated.person_key,
        dated.amount,
        coalesce(dated.applied_date between chosen.half_start_month and chosen.half_end_date, false) as is_applied,
        coalesce(dated.decided_date between chosen.half_start_month and chosen.half_end_date, false) as is_decided,
        coalesce(dated.status_group <> 'not_awarded', false) as is_awarded,
        coalesce(dated.is_running and dated.is_fellowship, false) as is_fellowship
    from chosen
    left join dated
        on chosen.trust_code = dated.trust_code
        and chosen.last_month = dated.reporting_month
),
figures as (
    select
        trust_code,
        half_start_month,
        count(case when is_applied then 1 end) as applied,
        count(case when is_decided then 1 end) as decided,
        count(case when is_decided and is_awarded then 1 end) as awarded,
        coalesce({{ exact_sum("case when is_decided and is_awarded then amount end", 2) }}, 0) as award_value,
        count(case when is_fellowship then 1 end) as fellowships,
        count(distinct case when is_applied then person_key end) as applied_people,
        count(distinct case when is_decided then person_key end) as decided_people,
        count(distinct case when is_decided and is_awarded then person_key end) as awarded_people,
        count(distinct case when is_fellowship then person_key end) as fellows
    from judged
    group by trust_code, half_start_month
)
{%- for line, (numerator, denominator, group_headcount, counted_headcount) in lines.items() %}
select
    trust_code,
    half_start_month,
    '{{ line }}' as line_code,
    cast({{ numerator }} as double) as numerator,
    cast({{ denominator }} as double) as denominator,
    cast({{ group_headcount }} as bigint) as group_headcount,
    cast({{ counted_headcount }} as bigint) as counted_headcount
from figures
{{ "union all" if not loop.last }}
{%- endfor %}
