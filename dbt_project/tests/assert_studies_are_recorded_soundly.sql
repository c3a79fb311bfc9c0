{{ config(severity="warn") }}
-- One row a study and problem. A status without a group belongs in the seed map_study_status_group; set-up dates that go
-- backwards (their interval is NULL) are to be corrected in EDGE, as is an IRAS number with several CPMS numbers, unless they
-- are sub-studies.
with studies as (
    select * from {{ ref("dim_study") }}
),
identifiers as (
    select * from {{ ref("bridge_study_identifier") }}
    where is_current
),
shared_iras as (
    select
        iras.trust_code,
        iras.identifier
    from identifiers as iras
    inner join identifiers as cpms
        on iras.trust_code = cpms.trust_code
        and iras.project_id = cpms.project_id
        and cpms.scheme = 'CPMS'
    where iras.scheme = 'IRAS'
    group by iras.trust_code, iras.identifier
    having count(distinct cpms.identifier) > 1
)
select
    trust_code,
    project_id,
    case when site_status is null then 'no status' else 'status without a group' end as problem
from studies
where status_group = 'unmapped'
union all
select
    trust_code,
    project_id,
    case when national_status is null then 'no national status' else 'national status without a group' end as problem
from studies
where national_status_group = 'unmapped'
union all
select
    trust_code,
    project_id,
    'set-up dates go backwards' as problem
from studies
where selected_date < invited_date
    or confirmed_date < selected_date
    or open_date < confirmed_date
    or first_participant_date < open_date
union all
select
    identifiers.trust_code,
    identifiers.project_id,
    'IRAS number with several CPMS numbers: ' || identifiers.identifier as problem
from identifiers
inner join shared_iras
    on identifiers.trust_code = shared_iras.trust_code
    and identifiers.identifier = shared_iras.identifier
    and identifiers.scheme = 'IRAS'
