{%- set tiers = ["t1", "t2", "t3", "t4", "t5", "research_active"] -%}
{%- set flags = {
    "research_active_headcount": "is_research_active",
    "pi_headcount": "is_principal_investigator",
    "associate_pi_headcount": "is_associate_pi"
} -%}
{%- for n in range(1, 6) %}{% do flags.update({"t" ~ n ~ "_headcount": "is_t" ~ n}) %}{% endfor -%}
with groups as (
    select * from {{ ref("fct_workforce_group_month") }}
    where {{ loaded_months() }}
),
members as (
    select * from {{ ref("bridge_staff_group_month") }}
    where {{ loaded_months() }}
),
staff as (
    select * from {{ ref("fct_staff_month") }}
    where {{ loaded_months() }}
),
-- A flag that is NULL for everyone in a month was not collected by then.
collected as (
    select
        trust_code,
        reporting_month
        {%- for measure, flag in flags.items() %},
        count({{ flag }}) > 0 as has_{{ measure }}
        {%- endfor %},
        count(has_gcp_in_date) > 0 and count(is_t2) > 0 as has_t2_gcp,
        count(research_fte) > 0 as has_research_fte
    from staff
    group by trust_code, reporting_month
),
counted as (
    select
        members.trust_code,
        members.group_type,
        members.group_code,
        members.reporting_month,
        count(*) as headcount
        {%- for measure, flag in flags.items() %},
        count(case when staff.{{ flag }} then 1 end) as {{ measure }}
        {%- endfor %},
        count(case when staff.is_principal_investigator and staff.profession_code <> 'medical' then 1 end)
            as non_medical_pi_headcount,
        count(case when staff.is_t2 and staff.has_gcp_in_date then 1 end) as t2_gcp_in_date_headcount,
        count(case when staff.research_fte > 0 then 1 end) as research_fte_headcount,
        {{ exact_sum("staff.research_fte") }} as research_fte
    from members
    inner join staff
        on members.trust_code = staff.trust_code
        and members.staff_key = staff.staff_key
        and members.reporting_month = staff.reporting_month
    group by members.trust_code, members.group_type, members.group_code, members.reporting_month
),
figures as (
    select
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.reporting_month,
        cast(coalesce(counted.headcount, 0) as bigint) as headcount
        {%- for measure in flags %},
        cast(case when collected.has_{{ measure }} then coalesce(counted.{{ measure }}, 0) end as bigint) as {{ measure }}
        {%- endfor %},
        cast(case when collected.has_pi_headcount then coalesce(counted.non_medical_pi_headcount, 0) end as bigint)
            as non_medical_pi_headcount,
        cast(case when collected.has_t2_gcp then coalesce(counted.t2_gcp_in_date_headcount, 0) end as bigint)
            as t2_gcp_in_date_headcount,
        cast(case when collected.has_research_fte then coalesce(counted.research_fte_headcount, 0) end as bigint)
            as research_fte_headcount,
        cast(case when collected.has_research_fte then coalesce(counted.research_fte, 0) end as double) as research_fte
    from groups
    left join collected
        on groups.trust_code = collected.trust_code
        and groups.reporting_month = collected.reporting_month
    left join counted
        on groups.trust_code = counted.trust_code
        and groups.group_type = counted.group_type
        and groups.group_code = counted.group_code
        and groups.reporting_month = counted.reporting_month
),
final as (
    select
        {{ surrogate_key(["trust_code", "group_type", "group_code", "reporting_month"]) }} as research_group_month_sk,
        trust_code,
        group_type,
        group_code,
        reporting_month,
        headcount
        {%- for tier in tiers %},
        {{ tier }}_headcount,
        {{ percentage(tier ~ "_headcount", "headcount") }} as {{ tier }}_rate
        {%- endfor %},
        research_fte,
        pi_headcount,
        associate_pi_headcount,
        non_medical_pi_headcount,
        {{ percentage("non_medical_pi_headcount", "pi_headcount") }} as non_medical_pi_pct,
        t2_gcp_in_date_headcount,
        {{ percentage("t2_gcp_in_date_headcount", "t2_headcount") }} as t2_gcp_in_date_rate,
        research_fte_headcount
    from figures
)
select * from final
