with staff_groups as (
    select
        trust_code,
        group_type,
        group_code,
        group_name,
        reporting_month
    from {{ ref("bridge_group_month") }}
),
respondent_groups as (
    select
        trust_code,
        group_type,
        group_code,
        group_name,
        max(first_reporting_month) as reporting_month
    from {{ ref("bridge_respondent_group") }}
    group by trust_code, group_type, group_code, group_name
),
named as (
    select * from staff_groups
    union all
    select * from respondent_groups
),
ranked as (
    select
        *,
        row_number() over (
            partition by trust_code, group_type, group_code
            order by reporting_month desc, group_name
        ) as place
    from named
),
group_types as (
    select * from {{ ref("list_group_type") }}
),
final as (
    select
        {{ group_sk("ranked") }} as group_sk,
        ranked.trust_code,
        ranked.group_type,
        ranked.group_code,
        ranked.group_name,
        group_types.group_type_name,
        case
            when ranked.group_type in ('directorate', 'directorate_profession')
                then split_part(ranked.group_code, '|', 1)
        end as directorate_code,
        case ranked.group_type
            when 'profession' then ranked.group_code
            when 'directorate_profession' then split_part(ranked.group_code, '|', 2)
        end as profession_code,
        case when ranked.group_type = 'pay_band_group' then ranked.group_code end as pay_band_group,
        group_types.sort_order
    from ranked
    inner join group_types
        on ranked.group_type = group_types.group_type
    where ranked.place = 1
)
select * from final
