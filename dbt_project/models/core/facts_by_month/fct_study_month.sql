with months as (
    select * from {{ ref("int_calendar__month") }}
    where {{ loaded_months() }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where {{ loaded_months() }}
),
reports as (
    select * from {{ ref("fct_study_report") }}
),
recruitment as (
    select * from {{ ref("fct_recruitment_report") }}
    where {{ loaded_deliveries("rd_recruitment") }}
),
site_as_of as (
    select
        as_of.trust_code,
        as_of.reporting_month,
        months.month_end_date,
        as_of.delivery_month
    from as_of
    inner join months
        on as_of.trust_code = months.trust_code
        and as_of.reporting_month = months.reporting_month
    where as_of.extract = 'rd_project_sites'
),
recruitment_as_of as (
    select * from as_of
    where extract = 'rd_recruitment'
),
reopened as (
    select
        site_as_of.trust_code,
        site_as_of.reporting_month,
        reports.project_id
    from site_as_of
    inner join reports
        on site_as_of.trust_code = reports.trust_code
        and site_as_of.delivery_month >= reports.reporting_month
    where reports.status_group in ('closed', 'closed_follow_up', 'open', 'suspended')
    group by site_as_of.trust_code, site_as_of.reporting_month, reports.project_id
    having min(case when reports.status_group in ('closed', 'closed_follow_up') then reports.reporting_month end)
        < max(case when reports.status_group in ('open', 'suspended') then reports.reporting_month end)
),
recruited as (
    select
        recruitment_as_of.trust_code,
        recruitment_as_of.reporting_month,
        recruitment.project_id,
        sum(recruitment.recruited) as recruited_to_date,
        sum(case when recruitment.recruitment_month = recruitment_as_of.reporting_month then recruitment.recruited end)
            as recruited_in_month,
        max(case when recruitment.recruited > 0 then recruitment.recruitment_month end) as last_recruitment_month
    from recruitment_as_of
    inner join recruitment
        on recruitment_as_of.trust_code = recruitment.trust_code
        and recruitment_as_of.delivery_month = recruitment.reporting_month
        and recruitment.recruitment_month <= recruitment_as_of.reporting_month
    group by recruitment_as_of.trust_code, recruitment_as_of.reporting_month, recruitment.project_id
),
{%- set set_up = ["invited", "selected", "confirmed", "open", "first_participant"] %}
final as (
    select
        {{ surrogate_key(["sites.trust_code", "sites.project_id", "site_as_of.reporting_month"]) }} as study_month_sk,
        sites.trust_code,
        sites.project_id,
        site_as_of.reporting_month,
        site_as_of.month_end_date,
        site_as_of.delivery_month,
        sites.short_title,
        sites.clinical_area,
        sites.study_type,
        sites.is_commercial,
        sites.site_status,
        sites.status_group,
        sites.rd_submission_date,
        sites.invited_date,
        sites.selected_date,
        sites.confirmed_date,
        sites.open_date,
        sites.opened_date,
        sites.first_participant_date,
        sites.planned_recruitment_end_date,
        sites.actual_recruitment_end_date,
        sites.planned_closing_date,
        sites.actual_closing_date,
        coalesce(
            sites.opened_date <= site_as_of.month_end_date
            and (sites.actual_closing_date is null or sites.actual_closing_date >= site_as_of.reporting_month),
            false
        ) as is_open_in_month,
        reopened.project_id is not null as is_reopened,
        {%- for first, second in [
            ("invited", "selected"), ("selected", "confirmed"), ("confirmed", "open"), ("open", "first_participant"),
            ("confirmed", "first_participant")
        ] %}
        case
            when sites.{{ first }}_date <= sites.{{ second }}_date
                then {{ days_between("sites." ~ first ~ "_date", "sites." ~ second ~ "_date") }}
        end as days_{{ first }}_to_{{ second }},
        {%- endfor %}
        sites.has_negative_interval,
        -- Days waited so far, for the sites that are still at this step: the interval is censored there.
        {%- for first in set_up[:-1] %}
        {%- set later = set_up[loop.index:] %}
        case
            when sites.{{ first }}_date <= site_as_of.month_end_date
                {%- for one in later %}
                and sites.{{ one }}_date is null
                {%- endfor %}
                and sites.status_group not in ('closed', 'closed_follow_up', 'withdrawn')
                and (sites.actual_closing_date is null or sites.actual_closing_date > site_as_of.month_end_date)
                then {{ days_between("sites." ~ first ~ "_date", "site_as_of.month_end_date") }}
        end as days_waiting_for_{{ later[0] }},
        {%- endfor %}
        sites.principal_investigator_key,
        sites.target,
        sites.recruited_org,
        cast(
            case
                when recruitment_as_of.trust_code is null then null
                when sites.opened_date <= site_as_of.month_end_date then coalesce(recruited.recruited_to_date, 0)
                else recruited.recruited_to_date
            end as integer
        ) as recruited_to_date,
        -- An older file says nothing of this month.
        cast(
            case
                when recruitment_as_of.delivery_month is null or recruitment_as_of.delivery_month < site_as_of.reporting_month
                    then null
                when sites.opened_date <= site_as_of.month_end_date then coalesce(recruited.recruited_in_month, 0)
                else recruited.recruited_in_month
            end as integer
        ) as recruited_in_month,
        recruited.last_recruitment_month
    from site_as_of
    inner join reports as sites
        on site_as_of.trust_code = sites.trust_code
        and site_as_of.delivery_month = sites.reporting_month
    left join reopened
        on sites.trust_code = reopened.trust_code
        and site_as_of.reporting_month = reopened.reporting_month
        and sites.project_id = reopened.project_id
    left join recruitment_as_of
        on sites.trust_code = recruitment_as_of.trust_code
        and site_as_of.reporting_month = recruitment_as_of.reporting_month
    left join recruited
        on sites.trust_code = recruited.trust_code
        and site_as_of.reporting_month = recruited.reporting_month
        and sites.project_id = recruited.project_id
)
select * from final
