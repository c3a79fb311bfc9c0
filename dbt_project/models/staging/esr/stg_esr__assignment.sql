select
    trust_code,
    reporting_month,
    staff_key,
    assignment_key,
    assignment_rank,
    is_primary,
    assignment_status,
    lower(assignment_category) as assignment_category,
    staff_group,
    job_role,
    occupation_code,
    lower(case when pay_band like '%|%' then split_part(pay_band, '|', 2) end) as grade_code,
    lower(case when pay_band like '%|%' then split_part(pay_band, '|', 3) else pay_band end) as grade_name,
    fte,
    coalesce(nullif({{ slug("directorate") }}, ''), 'not_recorded') as directorate_code,
    coalesce(directorate, 'Not recorded') as directorate_name,
    service as service_name,
    coalesce(nullif({{ slug("team") }}, ''), 'not_recorded') as team_code,
    coalesce(team, 'Not recorded') as team_name,
    cost_centre as cost_centre_code,
    latest_start_date,
    assignment_start_date,
    contract_end_date,
    coalesce(age_band, 'unknown') as age_band,
    coalesce(gender, 'Not recorded') as gender,
    -- ESR writes code and label in one cell; the first letter of a code of one or two is the national category.
    case
        when length(split_part(ethnic_origin, ' ', 1)) <= 2 then lower(substr(ethnic_origin, 1, 1))
        else lower(ethnic_origin)
    end as ethnic_origin,
    coalesce(disability, 'Not recorded') as disability,
    _delivery_id as delivery_id,
    _row_number as row_number_in_file
from {{ source("raw", "hr_assignments") }}
