-- Professions that a questionnaire can tell apart, and whether its people of one are those whom the workforce counts under it: an
-- occupational group is one profession, a staff group may hold several that the workforce tells apart by job role.
with occupations as (
    select * from {{ ref("map_occupation_profession") }}
),
staff_groups as (
    select * from {{ ref("map_staff_group_profession") }}
    where valid_to is null
),
groups as (
    select
        instrument,
        profession_code,
        true as is_one_profession
    from occupations
    union all
    select
        'NQPS' as instrument,
        profession_code,
        is_one_profession
    from staff_groups
),
final as (
    select
        instrument,
        profession_code,
        min(case when is_one_profession then 1 else 0 end) = 1 as is_as_workforce
    from groups
    where profession_code <> 'unmapped'
    group by instrument, profession_code
)
select * from final
