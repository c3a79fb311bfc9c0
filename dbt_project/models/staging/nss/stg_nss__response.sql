-- Spreadsheets turn code 5 into 05 or 5.0 and 07 into 7: whole numbers are brought to one spelling. Most need none.
with source as (
    select * from {{ source("raw", "survey_nss") }}
)
select
    trust_code,
    reporting_month,
    'NSS' as instrument,
    cast(survey_year as integer) as survey_year,
    respondent_id,
    case
        when length(occupational_group) = 2 then occupational_group
        else coalesce(lpad({{ whole_number("occupational_group") }}, 2, '0'), nullif(trim(occupational_group), ''))
    end as occupational_group_code,
    directorate as directorate_name,
    question_no,
    case
        when response_code between '1' and '9' and length(response_code) = 1 then response_code
        else coalesce({{ whole_number("response_code") }}, nullif(trim(response_code), ''))
    end as response_code
from source
