with source as (
    select * from {{ source("raw", "survey_rcc") }}
)
select
    trust_code,
    reporting_month,
    'RCC' as instrument,
    wave,
    coalesce(instrument_version, 'not stated') as instrument_version,
    respondent_id,
    nullif({{ slug("profession") }}, '') as profession_label_code,
    directorate as directorate_name,
    band_group as pay_band_group,
    item_code as question_no,
    lower({{ answer_code("response") }}) as response_code
from source
