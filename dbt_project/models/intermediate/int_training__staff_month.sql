select
    cast(null as varchar) as trust_code,
    cast(null as varchar) as staff_key,
    cast(null as date) as reporting_month,
    cast(null as boolean) as has_gcp_in_date,
    cast(null as boolean) as has_research_training_24m,
    cast(null as boolean) as has_research_training_12m,
    cast(null as boolean) as has_research_training_12m_awareness,
    cast(null as boolean) as has_research_training_12m_foundation,
    cast(null as boolean) as has_research_training_12m_intermediate,
    cast(null as boolean) as has_research_training_12m_advanced
where false
