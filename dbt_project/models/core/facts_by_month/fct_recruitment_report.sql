with recruitment as (
    select * from {{ ref("stg_edge__recruitment") }}
    where {{ loaded_months("delivery_month") }}
),
final as (
    select
        {{ surrogate_key(["trust_code", "project_id", "recruitment_month", "delivery_month"]) }} as recruitment_report_sk,
        trust_code,
        project_id,
        recruitment_month,
        delivery_month as reporting_month,
        recruited
    from recruitment
)
select * from final
