-- Everybody in post stands once in each kind of group, so each kind adds up to the trust. A difference means that a person has
-- no group, or two.
with groups as (
    select
        trust_code,
        reporting_month,
        group_type,
        sum(headcount) as headcount,
        sum(fte) as fte
    from {{ ref("mart_workforce_month") }}
    group by trust_code, reporting_month, group_type
)
select
    groups.trust_code,
    groups.reporting_month,
    groups.group_type,
    groups.headcount,
    whole.headcount as trust_headcount
from groups
inner join groups as whole
    on groups.trust_code = whole.trust_code
    and groups.reporting_month = whole.reporting_month
    and whole.group_type = 'trust'
where groups.headcount <> whole.headcount or abs(groups.fte - whole.fte) > 0.0001
