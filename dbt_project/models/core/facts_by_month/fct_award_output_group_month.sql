{%- set window = "between " ~ add_months("awards.reporting_month", -11) ~ " and " ~ month_end("awards.reporting_month") -%}
with groups as (
    select * from {{ ref("fct_workforce_group_month") }}
    where {{ loaded_months() }} and group_type in ('trust', 'profession', 'directorate')
),
members as (
    select * from {{ ref("bridge_staff_group_month") }}
    where {{ loaded_months() }} and group_type in ('profession', 'directorate')
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where {{ loaded_months() }} and extract in ('rd_awards', 'rd_outputs')
),
awards as (
    select * from {{ ref("fct_award_month") }}
    where {{ loaded_months() }}
),
outputs as (
    select * from {{ ref("fct_output_report") }}
),
authors as (
    select * from {{ ref("int_output__author") }}
),
collected as (
    select
        trust_code,
        reporting_month,
        max(case when extract = 'rd_awards' then 1 else 0 end) = 1 as has_awards,
        max(case when extract = 'rd_outputs' then 1 else 0 end) = 1 as has_outputs
    from as_of
    group by trust_code, reporting_month
),
counted_awards as (
    select
        awards.trust_code,
        awards.reporting_month,
        awards.award_ref,
        awards.staff_key,
        coalesce(awards.staff_key, awards.researcher_key) as person_key,
        coalesce(awards.applied_date {{ window }}, false) as is_application,
        coalesce(
            case
                when awards.status_group in ('awarded', 'completed')
                    then coalesce(awards.decision_date, awards.start_date)
                when awards.status_group = 'not_awarded' then awards.decision_date
            end {{ window }},
            false
        ) as is_decided,
        awards.status_group in ('awarded', 'completed') as is_successful,
        awards.is_running and awards.is_fellowship as is_running_fellowship
    from awards
),
-- The publications of twelve months as the month's delivery lists them, one row an author.
counted_outputs as (
    select
        as_of.trust_code,
        as_of.reporting_month,
        outputs.output_id,
        authors.staff_key,
        coalesce(authors.staff_key, authors.researcher_key) as person_key
    from as_of
    inner join outputs
        on as_of.trust_code = outputs.trust_code
        and as_of.delivery_month = outputs.reporting_month
        and outputs.publication_date
            between {{ add_months("as_of.reporting_month", -11) }} and {{ month_end("as_of.reporting_month") }}
    left join authors
        on outputs.trust_code = authors.trust_code
        and outputs.reporting_month = authors.reporting_month
        and outputs.output_id = authors.output_id
    where as_of.extract = 'rd_outputs'
),
-- The trust has everything that was delivered; another group what its people in post in the month have a part in.
{%- for relation in ["counted_awards", "counted_outputs"] %}
{{ relation }}_in_groups as (
    select 'trust' as group_type, trust_code as group_code, {{ relation }}.*
    from {{ relation }}
    union all
    select members.group_type, members.group_code, {{ relation }}.*
    from {{ relation }}
    inner join members
        on {{ relation }}.trust_code = members.trust_code
        and {{ relation }}.staff_key = members.staff_key
        and {{ relation }}.reporting_month = members.reporting_month
),
{%- endfor %}
award_figures as (
    select
        trust_code,
        group_type,
        group_code,
        reporting_month
        {%- for measure, condition in {
            "applications_12m": "is_application", "decided_12m": "is_decided",
            "awarded_12m": "is_decided and is_successful", "running_fellowships": "is_running_fellowship"
        }.items() %},
        count(case when {{ condition }} then 1 end) as {{ measure }},
        count(distinct case when {{ condition }} then person_key end) as {{ measure }}_people
        {%- endfor %}
    from counted_awards_in_groups
    group by trust_code, group_type, group_code, reporting_month
),
output_figures as (
    select
        trust_code,
        group_type,
        group_code,
        reporting_month,
        count(distinct output_id) as outputs_12m,
        count(distinct person_key) as outputs_12m_people
    from counted_outputs_in_groups
    group by trust_code, group_type, group_code, reporting_month
),
final as (
    select
        {{ surrogate_key(["groups.trust_code", "groups.group_type", "groups.group_code", "groups.reporting_month"]) }}
            as award_output_group_month_sk,
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.reporting_month
        {%- for measure in [
            "applications_12m", "decided_12m", "awarded_12m", "running_fellowships",
            "applications_12m_people", "decided_12m_people", "awarded_12m_people", "running_fellowships_people"
        ] %},
        cast(case when collected.has_awards then coalesce(award_figures.{{ measure }}, 0) end as integer) as {{ measure }}
        {%- endfor %}
        {%- for measure in ["outputs_12m", "outputs_12m_people"] %},
        cast(case when collected.has_outputs then coalesce(output_figures.{{ measure }}, 0) end as integer) as {{ measure }}
        {%- endfor %}
    from groups
    left join collected
        on groups.trust_code = collected.trust_code
        and groups.reporting_month = collected.reporting_month
    {%- for figures in ["award_figures", "output_figures"] %}
    left join {{ figures }}
        on groups.trust_code = {{ figures }}.trust_code
        and groups.group_type = {{ figures }}.group_type
        and groups.group_code = {{ figures }}.group_code
        and groups.reporting_month = {{ figures }}.reporting_month
    {%- endfor %}
)
select * from final
