{%- set milestones = [
    ("submitted", "actual", "rd_submission_date"),
    ("invited", "actual", "invited_date"),
    ("selected", "actual", "selected_date"),
    ("confirmed", "actual", "confirmed_date"),
    ("started", "actual", "start_date"),
    ("open", "actual", "open_date"),
    ("first_participant", "actual", "first_participant_date"),
    ("recruitment_ended", "planned", "planned_recruitment_end_date"),
    ("recruitment_ended", "actual", "actual_recruitment_end_date"),
    ("closed", "planned", "planned_closing_date"),
    ("closed", "actual", "actual_closing_date")
] -%}
with sites as (
    select * from {{ ref("fct_study_report") }}
),
reported as (
    {%- for code, kind, column in milestones %}
    select
        trust_code,
        project_id,
        reporting_month,
        '{{ code }}' as milestone_code,
        '{{ kind }}' as date_type,
        {{ column }} as milestone_date
    from sites
    where {{ column }} is not null
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),
last_seen as (
    select trust_code, project_id, max(reporting_month) as reporting_month from sites group by trust_code, project_id
),
first_reported as (
    select
        trust_code,
        project_id,
        milestone_code,
        date_type,
        min(reporting_month) as reporting_month
    from reported
    group by trust_code, project_id, milestone_code, date_type
),
final as (
    select
        {{
            surrogate_key([
                "latest.trust_code", "latest.project_id", "latest.milestone_code", "latest.date_type"
            ])
        }} as site_milestone_sk,
        {{ surrogate_key(["latest.trust_code", "latest.project_id"]) }} as study_sk,
        latest.trust_code,
        latest.project_id,
        latest.milestone_code,
        latest.date_type,
        latest.milestone_date,
        latest.reporting_month as last_seen_month,
        first_reported.reporting_month as first_reported_month,
        original.milestone_date as first_reported_date,
        original.milestone_date <> latest.milestone_date as is_restated
    from reported as latest
    inner join last_seen
        on latest.trust_code = last_seen.trust_code
        and latest.project_id = last_seen.project_id
        and latest.reporting_month = last_seen.reporting_month
    inner join first_reported
        on latest.trust_code = first_reported.trust_code
        and latest.project_id = first_reported.project_id
        and latest.milestone_code = first_reported.milestone_code
        and latest.date_type = first_reported.date_type
    inner join reported as original
        on first_reported.trust_code = original.trust_code
        and first_reported.project_id = original.project_id
        and first_reported.milestone_code = original.milestone_code
        and first_reported.date_type = original.date_type
        and first_reported.reporting_month = original.reporting_month
)
select * from final
