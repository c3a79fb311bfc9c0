select
    {{ surrogate_key(["trust_code", "award_ref", "delivery_month"]) }} as award_report_sk,
    trust_code,
    award_ref,
    delivery_month as reporting_month,
    researcher_key,
    scheme_name,
    scheme_code,
    funder_name,
    award_role,
    applied_date,
    award_status,
    status_group,
    decision_date,
    start_date,
    end_date,
    amount,
    wte_percent
from {{ ref("stg_rd__award") }}
where {{ loaded_months("delivery_month") }}
