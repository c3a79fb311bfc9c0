with source as (
    select * from {{ source("raw", "survey_nqps") }}
)
select
    trust_code,
    reporting_month,
    'NQPS' as instrument,
    cast(survey_year as {{ dbt.type_string() }}) || '-' || quarter as wave,
    cast(survey_year as integer) as survey_year,
    respondent_id,
    lower(staff_group) as staff_group,
    directorate as directorate_name,
    question_no,
    {{ answer_code("response_code") }} as response_code
from source
