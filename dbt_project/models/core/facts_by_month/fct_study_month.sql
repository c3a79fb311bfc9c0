with months as (
    select * from {{ ref("int_calendar__month") }}
    where {{ loaded_months() }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where {{ loaded_months() }}
),
listed as (
    select * from {{ ref("stg_edge__project_site") }}
    where {{ loaded_deliveries("rd_project_sites", "delivery_month") }}
),
recruitment as (
    select * from {{ ref("stg_edge__recruitment") }}
    where {{ loaded_deliveries("rd_recruitment", "delivery_month") }}
),
sites as (
    select
        months.reporting_month,
        months.month_end_date,
        listed.*
    from months
    inner join as_of
        on months.trust_code = as_of.trust_code
        and months.reporting_month = as_of.reporting_month
        and as_of.extract = 'rd_project_sites'
    inner join listed
        on as_of.trust_code = listed.trust_code
        and as_of.delivery_month = listed.delivery_month
),
recruitment_as_of as (
    select * from as_of
    where extract = 'rd_recruitment'
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
        and recruitment_as_of.delivery_month = recruitment.delivery_month
        and recruitment.recruitment_month <= recruitment_as_of.reporting_month
    group by recruitment_as_of.trust_code, recruitment_as_of.reporting_month, recruitment.project_id
),
final as (
    select
        {{ surrogate_key(["sites.trust_code", "sites.project_id", "sites.reporting_month"]) }} as study_month_sk,
        sites.trust_code,
        sites.project_id,
        sites.reporting_month,
        sites.month_end_date,
        sites.delivery_month,
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
            sites.opened_date <= sites.month_end_date
            and (sites.actual_closing_date is null or sites.actual_closing_date >= sites.reporting_month),
            false
        ) as is_open_in_month,
        sites.principal_investigator_key,
        sites.target,
        sites.recruited_org,
        cast(
            case
                when recruitment_as_of.trust_code is null then null
                when sites.opened_date <= sites.month_end_date then coalesce(recruited.recruited_to_date, 0)
                else recruited.recruited_to_date
            end as integer
        ) as recruited_to_date,
        -- An older file says nothing of this month.
        cast(
            case
                when recruitment_as_of.delivery_month is null or recruitment_as_of.delivery_month < sites.reporting_month
                    then null
                when sites.opened_date <= sites.month_end_date then coalesce(recruited.recruited_in_month, 0)
                else recruited.recruited_in_month
            end as integer
        ) as recruited_in_month,
        recruited.last_recruitment_month
    from sites
    left join recruitment_as_of
        on sites.trust_code = recruitment_as_of.trust_code
        and sites.reporting_month = recruitment_as_of.reporting_month
    left join recruited
        on sites.trust_code = recruited.trust_code
        and sites.reporting_month = recruited.reporting_month
        and sites.project_id = recruited.project_id
)
select * from final
