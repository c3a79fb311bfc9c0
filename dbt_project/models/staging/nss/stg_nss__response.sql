-- Spreadsheets turn code 5 into 5.0 and 07 into 7: whole numbers are brought to one spelling.
with source as (
    select * from {{ source("raw", "survey_nss") }}
),
numbers as (
    select
        *,
        {{ try_cast("response_code", "double") }} as response_number,
        {{ try_cast("occupational_group", "double") }} as occupational_group_number
    from source
)
select
    trust_code,
    reporting_month,
    'NSS' as instrument,
    cast(survey_year as integer) as survey_year,
    respondent_id,
    case
        when occupational_group_number = floor(occupational_group_number)
            then lpad(cast(cast(occupational_group_number as integer) as varchar), 2, '0')
        else nullif(trim(occupational_group), '')
    end as occupational_group_code,
    nullif(trim(directorate), '') as directorate_name,
    question_no,
    case
        when response_number = floor(response_number) then cast(cast(response_number as integer) as varchar)
        else nullif(trim(response_code), '')
    end as response_code
from numbers
