with studies as (
    select * from {{ ref("fct_study_month") }}
),
recruitment as (
    select * from {{ ref("fct_recruitment_month") }}
),
months as (
    select * from {{ ref("dim_month") }}
),
latest_studies as (
    select * from {{ ref("dim_study") }}
),
recruiting_trusts as (
    select distinct trust_code from recruitment
),
latest as (
    select
        studies.trust_code,
        studies.project_id,
        studies.reporting_month,
        sum(recruitment.recruited) as recruited_to_date_latest
    from studies
    inner join recruitment
        on studies.trust_code = recruitment.trust_code
        and studies.project_id = recruitment.project_id
        and recruitment.recruitment_month <= studies.reporting_month
    where recruitment.is_latest
    group by studies.trust_code, studies.project_id, studies.reporting_month
),
timed as (
    select
        studies.*,
        cast(
            case
                when recruiting_trusts.trust_code is null then null
                when studies.opened_date <= studies.month_end_date then coalesce(latest.recruited_to_date_latest, 0)
                else latest.recruited_to_date_latest
            end as integer
        ) as recruited_to_date_latest,
        {{ planned_end_date("studies") }} as planned_end_date,
        {{ elapsed_days("studies") }} as elapsed_days,
        {{ duration_days("studies") }} as duration_days,
        cast(
            sum(
                case
                    when studies.status_group = 'suspended'
                        then {{ days_between("studies.reporting_month", "studies.month_end_date") }} + 1
                    else 0
                end
            ) over (
                partition by studies.trust_code, studies.project_id
                order by studies.reporting_month
                rows between unbounded preceding and current row
            ) as integer
        ) as days_suspended
    from studies
    left join recruiting_trusts
        on studies.trust_code = recruiting_trusts.trust_code
    left join latest
        on studies.trust_code = latest.trust_code
        and studies.project_id = latest.project_id
        and studies.reporting_month = latest.reporting_month
),
-- Recruits and time are compared as whole numbers, so that a study exactly on its line has an rtt of exactly 0.
measured as (
    select
        timed.*,
        {{ recruitment_line("target", "elapsed_days") }} as line,
        cast(recruited_to_date as bigint) * duration_days as pace,
        cast(recruited_to_date_latest as bigint) * duration_days as pace_latest
    from timed
),
final as (
    select
        measured.trust_code,
        measured.project_id,
        measured.reporting_month,
        {{ surrogate_key(["measured.trust_code", "measured.project_id"]) }} as study_sk,
        measured.short_title,
        measured.clinical_area,
        measured.study_type,
        measured.is_commercial,
        measured.site_status,
        measured.status_group,
        measured.is_open_in_month,
        measured.is_reopened,
        latest_studies.last_seen_month as last_seen_month_latest,
        measured.opened_date,
        measured.first_participant_date,
        measured.planned_end_date,
        measured.actual_closing_date,
        months.is_provisional,
        measured.target,
        measured.recruited_in_month,
        measured.recruited_to_date,
        measured.recruited_to_date_latest,
        measured.elapsed_days,
        measured.duration_days,
        cast(measured.pace - measured.line as double) / measured.line as rtt,
        cast(measured.pace_latest - measured.line as double) / measured.line as rtt_latest,
        measured.pace >= measured.line as on_track,
        measured.days_invited_to_selected,
        measured.days_selected_to_confirmed,
        measured.days_confirmed_to_open,
        measured.days_open_to_first_participant,
        measured.days_confirmed_to_first_participant,
        measured.has_negative_interval,
        measured.days_suspended,
        cast({{ months_between("measured.last_recruitment_month", "measured.reporting_month") }} as integer)
            as months_since_last_recruit
    from measured
    inner join months
        on measured.reporting_month = months.reporting_month
    left join latest_studies
        on measured.trust_code = latest_studies.trust_code
        and measured.project_id = latest_studies.project_id
)
select * from final
