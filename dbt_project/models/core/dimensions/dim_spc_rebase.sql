-- What people decided in the seed, with the start and the scope of the action where a row names one.
with decided as (
    select * from {{ ref("list_spc_rebase") }}
),
actions as (
    select * from {{ ref("dim_intervention") }}
    where scope_type in ('trust', 'directorate', 'profession')
),
trusts as (
    select distinct trust_code from {{ ref("fct_delivery") }}
),
by_month as (
    select
        trusts.trust_code,
        decided.indicator_code,
        decided.group_type,
        decided.group_code,
        decided.rebase_month,
        decided.action_id,
        decided.reason,
        decided.author
    from decided
    cross join trusts
    where decided.action_id is null
),
by_action as (
    select
        actions.trust_code,
        decided.indicator_code,
        actions.scope_type as group_type,
        case when actions.scope_type = 'trust' then actions.trust_code else actions.unit_code end as group_code,
        {{ month_start("actions.start_date") }} as rebase_month,
        decided.action_id,
        decided.reason,
        decided.author
    from decided
    inner join actions
        on decided.action_id = actions.action_id
        and decided.group_type in ('all', actions.scope_type)
),
final as (
    select * from by_month
    union
    select * from by_action
)
select
    trust_code,
    indicator_code,
    group_type,
    group_code,
    rebase_month,
    min(action_id) as action_id,
    min(reason) as reason,
    min(author) as author
from final
group by trust_code, indicator_code, group_type, group_code, rebase_month
