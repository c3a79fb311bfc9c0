-- Rows of the extracts that name a member of staff by number, to be held against HR assignments of the same month.
{%- set extracts = {
    "hr_absence": "stg_esr__absence",
    "hr_appraisals": "stg_esr__appraisal",
    "hr_job_plans": "stg_job_plan__activity",
    "hr_leavers": "stg_esr__leaver",
    "training_compliance": "stg_esr__competence",
    "training_research": "stg_lms__research_training",
} %}
{%- for extract, model in extracts.items() %}
select
    trust_code,
    '{{ extract }}' as extract,
    reporting_month,
    staff_key
from {{ ref(model) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
