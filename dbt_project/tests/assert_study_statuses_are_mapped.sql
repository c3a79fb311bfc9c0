{{ config(severity="warn") }}
-- A status that the seed map_study_status_group does not know: its studies are in group `unmapped`. Add it to the seed.
select
    trust_code,
    site_status as study_status,
    count(*) as studies
from {{ ref("dim_study") }}
where status_group = 'unmapped'
group by trust_code, site_status
union all
select
    trust_code,
    national_status as study_status,
    count(*) as studies
from {{ ref("dim_study") }}
where national_status_group = 'unmapped'
group by trust_code, national_status
