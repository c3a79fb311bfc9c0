with studies as (
    select * from {{ ref("stg_cpms__study") }}
    where {{ loaded_months("delivery_month") }}
),
final as (
    select
        {{ surrogate_key(["trust_code", "cpms_id", "delivery_month"]) }} as cpms_study_report_sk,
        trust_code,
        cpms_id,
        delivery_month as reporting_month,
        iras_number,
        nct_number,
        isrctn_number,
        short_title,
        sponsor,
        study_route,
        managing_specialty,
        study_status,
        status_group,
        planned_opening_date,
        actual_opening_date,
        planned_closure_date,
        actual_closure_date,
        uk_target,
        uk_recruited
    from studies
)
select * from final
