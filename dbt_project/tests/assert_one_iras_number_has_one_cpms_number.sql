{{ config(severity="warn") }}
-- An IRAS number whose studies bear several CPMS numbers. Sub-studies may; else one of the numbers is wrong: correct it in EDGE.
select
    iras.trust_code,
    iras.identifier as iras_number,
    count(distinct cpms.identifier) as cpms_numbers
from {{ ref("bridge_study_identifier") }} as iras
inner join {{ ref("bridge_study_identifier") }} as cpms
    on iras.trust_code = cpms.trust_code
    and iras.project_id = cpms.project_id
    and cpms.scheme = 'CPMS'
    and cpms.is_current
where iras.scheme = 'IRAS' and iras.is_current
group by iras.trust_code, iras.identifier
having count(distinct cpms.identifier) > 1
