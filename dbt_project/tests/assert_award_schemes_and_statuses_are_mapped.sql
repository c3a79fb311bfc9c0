{{ config(severity="warn") }}
-- A scheme or status that the seeds map_award_scheme and map_award_status_group do not know: its awards are `unmapped`, stand
-- on no step of the ladder and are never decided. Add it to the seed.
select
    trust_code,
    scheme_name,
    award_status,
    count(*) as awards
from {{ ref("fct_award_event") }}
where is_latest and (scheme_code = 'unmapped' or status_group = 'unmapped')
group by trust_code, scheme_name, award_status
