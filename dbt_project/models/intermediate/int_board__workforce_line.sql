{#- Line -> numerator, denominator, people of the group, people counted. -#}
{%- set lines = {
    "headcount": ["headcount", "null", "headcount", "headcount"],
    "research_active_rate":
        ["research_active_headcount", "headcount", "headcount", "research_active_headcount"],
    "delivering_rate": ["t2_headcount", "headcount", "headcount", "t2_headcount"],
    "pi_headcount": ["pi_headcount", "null", "headcount", "pi_headcount"],
    "associate_pi_headcount": ["associate_pi_headcount", "null", "headcount", "associate_pi_headcount"],
    "non_medical_pi_pct": ["non_medical_pi_headcount", "pi_headcount", "pi_headcount", "non_medical_pi_headcount"],
    "research_fte": ["research_fte", "null", "headcount", "research_fte_headcount"],
    "research_training_12m_rate":
        ["research_training_12m_headcount", "headcount", "headcount", "research_training_12m_headcount"],
    "turnover_rate_12m":
        ["leavers_12m", "(headcount_start_12m + headcount) / 2.0", "least(headcount, headcount_start_12m)", "leavers_12m"],
    "vacancy_rate": ["funded_fte - fte", "funded_fte", "headcount", "headcount"],
    "sickness_rate": ["fte_days_lost", "fte_days_available", "headcount", "sickness_headcount"]
} -%}
-- Staff figures of the trust at the last snapshot of each half; sickness is pooled over its months.
with halves as (
    select * from {{ ref("int_board__half") }} where last_snapshot_month is not null
),
workforce as (
    select * from {{ ref("fct_workforce_group_month") }} where group_type = 'trust'
),
research as (
    select * from {{ ref("fct_research_group_month") }} where group_type = 'trust'
),
training as (
    select * from {{ ref("fct_training_group_month") }} where group_type = 'trust'
),
-- A month whose absences were not delivered has neither days lost nor, here, days available.
sickness as (
    select
        halves.trust_code,
        halves.half_start_month,
        {{ exact_sum("workforce.fte_days_lost") }} as fte_days_lost,
        {{ exact_sum("case when workforce.fte_days_lost is not null then workforce.fte_days_available end") }}
            as fte_days_available,
        max(workforce.sickness_headcount) as sickness_headcount
    from halves
    inner join workforce
        on halves.trust_code = workforce.trust_code
        and workforce.reporting_month between halves.half_start_month and halves.half_end_month
    group by halves.trust_code, halves.half_start_month
),
figures as (
    select
        halves.trust_code,
        halves.half_start_month,
        workforce.headcount,
        workforce.fte,
        workforce.funded_fte,
        workforce.leavers_12m,
        workforce.headcount_start_12m,
        research.research_active_headcount,
        research.t2_headcount,
        research.pi_headcount,
        research.associate_pi_headcount,
        research.non_medical_pi_headcount,
        research.research_fte,
        research.research_fte_headcount,
        training.research_training_12m_headcount,
        sickness.fte_days_lost,
        sickness.fte_days_available,
        sickness.sickness_headcount
    from halves
    inner join workforce
        on halves.trust_code = workforce.trust_code
        and halves.last_snapshot_month = workforce.reporting_month
    left join research
        on halves.trust_code = research.trust_code
        and halves.last_snapshot_month = research.reporting_month
    left join training
        on halves.trust_code = training.trust_code
        and halves.last_snapshot_month = training.reporting_month
    left join sickness
        on halves.trust_code = sickness.trust_code
        and halves.half_start_month = sickness.half_start_month
)
{%- for line, (numerator, denominator, group_headcount, counted_headcount) in lines.items() %}
select
    trust_code,
    half_start_month,
    '{{ line }}' as line_code,
    cast({{ numerator }} as double) as numerator,
    cast({{ denominator }} as double) as denominator,
    cast({{ group_headcount }} as bigint) as group_headcount,
    cast({{ counted_headcount }} as bigint) as counted_headcount
from figures
{{ "union all" if not loop.last }}
{%- endfor %}
