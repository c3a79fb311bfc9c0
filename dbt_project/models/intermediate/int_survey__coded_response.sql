-- The value of each answer on its scale, or why it has none. Answers of a nominal scale have neither.
with responses as (
    select * from {{ ref("int_survey__response") }}
),
scale_values as (
    select * from {{ ref("map_response_value") }}
    where scale_code <> 'any' and valid_to is null
),
common_codes as (
    select * from {{ ref("map_response_value") }}
    where scale_code = 'any' and valid_to is null
)
select
    responses.*,
    scale_values.value,
    case
        -- a box left blank is an answer: it was not ticked
        when responses.response_code is null then case when responses.scale_code = 'tick' then 'not_ticked' else 'refused' end
        when scale_values.response_code is not null then scale_values.missing_reason
        when common_codes.response_code is not null then common_codes.missing_reason
        when responses.scale_code <> 'nominal' then 'invalid_code'
    end as missing_reason
from responses
left join scale_values
    on responses.scale_code = scale_values.scale_code
    and responses.response_code = scale_values.response_code
left join common_codes
    on responses.response_code = common_codes.response_code
