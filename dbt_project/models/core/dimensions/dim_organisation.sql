{{
    config(
        materialized="incremental",
        unique_key="organisation_sk",
        on_schema_change="fail",
        pre_hook="{{ clear_loaded_versions() }}"
    )
}}
{{
    versions(
        "(select * from " ~ ref("int_organisation__unit_month") ~ " where " ~ loaded_months() ~ ") as units",
        ["unit_type", "unit_code", "parent_unit_code"],
        ["unit_name"],
        "organisation_sk"
    )
}}
