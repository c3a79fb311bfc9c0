{{
    config(
        materialized="incremental",
        unique_key="staff_version_sk",
        on_schema_change="fail",
        pre_hook="{{ clear_loaded_versions() }}"
    )
}}
{{
    versions(
        "(select * from " ~ ref("fct_staff_month") ~ " where " ~ loaded_months() ~ ") as staff",
        ["staff_key"],
        [
            "is_substantive", "contract_type", "profession_code", "job_role", "pay_band_code", "pay_band_group",
            "directorate_code", "team_code", "age_band", "gender", "ethnic_group", "disability"
        ],
        "staff_version_sk"
    )
}}
