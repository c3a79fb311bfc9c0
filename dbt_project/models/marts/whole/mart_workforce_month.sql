with groups as (
    select * from {{ ref("bridge_group_month") }}
),
measures as (
    select * from {{ ref("fct_workforce_group_month") }}
),
final as (
    select
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.group_name,
        groups.group_sk,
        groups.reporting_month,
        measures.headcount,
        measures.fte,
        measures.joiners,
        measures.leavers,
        measures.joiners_12m,
        measures.leavers_12m,
        measures.headcount_start_12m,
        measures.stayers_12m,
        {{ percentage("measures.leavers_12m", "(measures.headcount_start_12m + measures.headcount) / 2.0") }}
            as turnover_rate_12m,
        {{ percentage("measures.stayers_12m", "measures.headcount_start_12m") }} as stability_index_12m,
        measures.funded_fte,
        {{ percentage("(measures.funded_fte - measures.fte)", "measures.funded_fte") }} as vacancy_rate,
        measures.fte_days_lost,
        measures.fte_days_available,
        {{ percentage("measures.fte_days_lost", "measures.fte_days_available") }} as sickness_rate,
        measures.s10_days_lost,
        {{ percentage("measures.s10_days_lost", "measures.fte_days_available") }} as s10_rate,
        measures.sickness_headcount,
        measures.s10_headcount
    from groups
    inner join measures
        on groups.trust_code = measures.trust_code
        and groups.group_type = measures.group_type
        and groups.group_code = measures.group_code
        and groups.reporting_month = measures.reporting_month
)
select * from final
