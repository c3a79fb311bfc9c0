with source as (
    select * from {{ source("raw", "survey_nss") }}
)
select
    trust_code,
    reporting_month,
    'NSS' as instrument,
    cast(survey_year as {{ dbt.type_string() }}) as wave,
    cast(survey_year as integer) as survey_year,
    respondent_id,
    -- the code as two digits, however a spreadsheet spelt it
    case
        when length(occupational_group) = 2 then occupational_group
        else coalesce(lpad({{ whole_number("occupational_group") }}, 2, '0'), nullif(trim(occupational_group), ''))
    end as occupational_group_code,
    directorate as directorate_name,
    question_no,
    {{ answer_code("response_code") }} as response_code
from source
