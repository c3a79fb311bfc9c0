{{ config(severity="warn") }}
-- A study whose milestones go backwards: its interval is NULL in the mart. Correct the date in EDGE.
select
    trust_code,
    project_id,
    invited_date,
    selected_date,
    confirmed_date,
    open_date,
    first_participant_date
from {{ ref("dim_study") }}
where selected_date < invited_date
    or confirmed_date < selected_date
    or open_date < confirmed_date
    or first_participant_date < open_date
