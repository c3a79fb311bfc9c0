-- The units that each month's snapshot names: trust, directorates, and teams within their directorate.
with assignments as (
    select * from {{ ref("fct_assignment_month") }} where is_in_post
),
trusts as (
    select * from {{ ref("list_trust") }}
),
units as (
    select
        assignments.trust_code,
        assignments.reporting_month,
        'trust' as unit_type,
        assignments.trust_code as unit_code,
        'none' as parent_unit_code,
        coalesce(trusts.trust_name, assignments.trust_code) as unit_name
    from assignments
    left join trusts
        on assignments.trust_code = trusts.trust_code
    union all
    select
        trust_code,
        reporting_month,
        'directorate' as unit_type,
        directorate_code as unit_code,
        trust_code as parent_unit_code,
        directorate_name as unit_name
    from assignments
    union all
    select
        trust_code,
        reporting_month,
        'team' as unit_type,
        team_code as unit_code,
        directorate_code as parent_unit_code,
        team_name as unit_name
    from assignments
)
select
    trust_code,
    reporting_month,
    unit_type,
    unit_code,
    parent_unit_code,
    min(unit_name) as unit_name
from units
group by trust_code, reporting_month, unit_type, unit_code, parent_unit_code
