select
    cast(null as varchar) as trust_code,
    cast(null as varchar) as staff_key,
    cast(null as date) as reporting_month,
    cast(null as boolean) as is_delivering,
    cast(null as boolean) as is_principal_investigator,
    cast(null as boolean) as is_associate_pi,
    cast(null as boolean) as is_chief_investigator
where false
