{%- set compared = {
    "gcp_in_date_headcount": ("staff.has_gcp_in_date", "as_at.has_gcp_in_date"),
    "research_training_12m_headcount": ("staff.has_research_training_12m", "as_at.has_research_training_12m"),
    "t1_headcount": ("staff.is_t1", is_engaged("as_at.", "staff.")),
    "t2_gcp_in_date_headcount": ("staff.is_t2 and staff.has_gcp_in_date", "staff.is_t2 and as_at.has_gcp_in_date")
} -%}
{%- for level in ["awareness", "foundation", "intermediate", "advanced"] %}
{%- set name = "has_research_training_12m_" ~ level %}
{%- do compared.update({"research_training_" ~ level ~ "_headcount": ("staff." ~ name, "as_at." ~ name)}) %}
{%- endfor -%}
with staff as (
    select * from {{ ref("fct_staff_month") }}
    where is_substantive and has_gcp_in_date is not null and {{ loaded_months() }}
),
members as (
    select * from {{ ref("bridge_staff_group_month") }}
    where {{ loaded_months() }}
),
as_at as (
    select * from {{ ref("int_training__staff_month_as_at") }}
    where {{ loaded_months() }}
),
differences as (
    select
        members.trust_code,
        members.group_type,
        members.group_code,
        members.reporting_month,
        as_at.as_at_month
        {%- for measure, (now, then) in compared.items() %},
        count(case when {{ now }} then 1 end) - count(case when {{ then }} then 1 end) as {{ measure }}
        {%- endfor %}
    from as_at
    inner join staff
        on as_at.trust_code = staff.trust_code
        and as_at.staff_key = staff.staff_key
        and as_at.reporting_month = staff.reporting_month
    inner join members
        on staff.trust_code = members.trust_code
        and staff.staff_key = members.staff_key
        and staff.reporting_month = members.reporting_month
    group by
        members.trust_code, members.group_type, members.group_code, members.reporting_month, as_at.as_at_month
),
final as (
    select
        {{ surrogate_key(["trust_code", "group_type", "group_code", "reporting_month", "as_at_month"]) }}
            as late_training_group_month_sk,
        trust_code,
        group_type,
        group_code,
        reporting_month,
        as_at_month
        {%- for measure in compared %},
        cast({{ measure }} as bigint) as {{ measure }}
        {%- endfor %}
    from differences
    where
        {%- for measure in compared %}
        {{ "or " if not loop.first }}{{ measure }} <> 0
        {%- endfor %}
)
select * from final
