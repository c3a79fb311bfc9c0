with sites as (
    select * from {{ ref("stg_edge__project_site") }}
    where {{ loaded_months("delivery_month") }}
),
final as (
    select
        {{ surrogate_key(["trust_code", "project_id", "delivery_month"]) }} as study_report_sk,
        trust_code,
        project_id,
        delivery_month as reporting_month,
        iras_number,
        cpms_id,
        nct_number,
        isrctn_number,
        short_title,
        clinical_area,
        study_type,
        is_commercial,
        site_status,
        status_group,
        rd_submission_date,
        invited_date,
        selected_date,
        confirmed_date,
        start_date,
        open_date,
        opened_date,
        first_participant_date,
        planned_recruitment_end_date,
        actual_recruitment_end_date,
        planned_closing_date,
        actual_closing_date,
        coalesce(
            selected_date < invited_date
            or confirmed_date < selected_date
            or open_date < confirmed_date
            or first_participant_date < open_date,
            false
        ) as has_negative_interval,
        principal_investigator_key,
        target,
        recruited_org
    from sites
)
select * from final
