-- Members of staff whom a name may mean, each with the bits of evidence for and against.
create or replace temp macro channel_bits(comparison_asked, level_asked) as
    (select log2(probability / ways) from channel where comparison = comparison_asked and level = level_asked);

create or replace temp table scored_researcher as
select distinct trust_code, researcher_key
from researcher_delivered
where (trust_code, researcher_key) not in (
    select (trust_code, researcher_key) from identified where candidates = 1
    union
    select (trust_code, researcher_key) from elsewhere
    union
    select (trust_code, researcher_key) from orcid_owner
    union
    select (trust_code, researcher_key) from decided
);

-- Where several members of staff hold the address or number, only they are candidates.
create or replace temp table holder as
select distinct candidate.trust_code, candidate.researcher_key, candidate.staff_key
from identifier_candidate as candidate
inner join identified
    on candidate.trust_code = identified.trust_code
    and candidate.researcher_key = identified.researcher_key
    and candidate.link_method = identified.link_method
where identified.candidates > 1;

create or replace temp table role_of_researcher as
select distinct
    researcher_role.trust_code,
    researcher_role.researcher_key,
    coalesce(role_code.role_code, slug(researcher_role.role)) as role_code
from researcher_role
left join role_code on slug(researcher_role.role) = role_code.role_slug
where researcher_role.role is not null;

create or replace temp table team_agreement as
with unit as (
    select distinct trust_code, staff_key, slug(team) as unit from staff_post
    union
    select distinct trust_code, staff_key, slug(directorate) from staff_post
)
select distinct hint.trust_code, hint.researcher_key, unit.staff_key
from researcher_role as hint
inner join unit on hint.trust_code = unit.trust_code and slug(hint.team) = unit.unit
where hint.team is not null;

create or replace temp table named_pair as
with person as (
    select researcher_name.*
    from researcher_name
    inner join scored_researcher using (trust_code, researcher_key)
),
by_surname as (
    select
        person.trust_code, person.researcher_key, surname_agreement.staff_key, person.forename,
        surname_agreement.level as surname_level, surname_agreement.bits as surname_bits
    from person
    inner join surname_agreement
        on person.trust_code = surname_agreement.trust_code and person.surname = surname_agreement.observed
),
-- Under another surname a person can be found only through the team and the forename.
by_team as (
    select
        person.trust_code, person.researcher_key, team_agreement.staff_key, person.forename,
        'changed' as surname_level, channel_bits('surname', 'changed') as surname_bits
    from person
    inner join team_agreement
        on person.trust_code = team_agreement.trust_code and person.researcher_key = team_agreement.researcher_key
    inner join forename_agreement
        on person.trust_code = forename_agreement.trust_code
        and person.forename = forename_agreement.observed
        and team_agreement.staff_key = forename_agreement.staff_key
    where forename_agreement.level in ('exact', 'nickname') and length(person.forename) > 1
),
-- Who holds the address is a candidate under any name.
by_address as (
    select
        person.trust_code, person.researcher_key, holder.staff_key, person.forename,
        'changed' as surname_level, channel_bits('surname', 'changed') as surname_bits
    from person
    inner join holder
        on person.trust_code = holder.trust_code and person.researcher_key = holder.researcher_key
),
pairs as (
    select * from by_surname
    union all
    select * from by_team
    union all
    select * from by_address
),
with_forename as (
    select
        pairs.trust_code, pairs.researcher_key, pairs.staff_key, pairs.surname_level,
        case when pairs.forename is null then 'missing' else coalesce(forename_agreement.level, 'changed') end as forename_level,
        pairs.surname_bits
            + case
                when pairs.forename is null then 0
                else coalesce(
                    forename_agreement.bits,
                    channel_bits(case when length(pairs.forename) = 1 then 'initial' else 'forename' end, 'changed')
                )
            end as name_bits
    from pairs
    left join forename_agreement
        on pairs.trust_code = forename_agreement.trust_code
        and pairs.forename = forename_agreement.observed
        and pairs.staff_key = forename_agreement.staff_key
),
name_share as (
    select staff_name.trust_code, staff_name.surname, staff_name.forename, count(distinct staff_key) as people
    from staff_name
    group by all
),
-- Others who are called so, or whose names change places too, are the alternative.
swapped as (
    select distinct
        person.trust_code, person.researcher_key, staff_name.staff_key, 'swapped' as surname_level, 'swapped' as forename_level,
        channel_bits('order', 'swapped') - log2(
            coalesce(surname_of_anybody.p, getvariable('unseen_surname'))
            * coalesce(forename_of_anybody.p, getvariable('unseen_forename'))
            + power(2, channel_bits('order', 'swapped')) * name_share.people / staff_count.staff
        ) as name_bits
    from person
    inner join staff_name
        on person.trust_code = staff_name.trust_code
        and person.surname = staff_name.forename
        and person.forename = staff_name.surname
    inner join name_share
        on staff_name.trust_code = name_share.trust_code
        and staff_name.surname = name_share.surname
        and staff_name.forename = name_share.forename
    inner join staff_count on person.trust_code = staff_count.trust_code
    left join surname_of_anybody
        on person.trust_code = surname_of_anybody.trust_code and person.surname = surname_of_anybody.observed
    left join forename_of_anybody
        on person.trust_code = forename_of_anybody.trust_code and person.forename = forename_of_anybody.observed
),
every_pair as (
    select * from with_forename
    union all
    select * from swapped
)
select
    trust_code, researcher_key, staff_key,
    max(name_bits) as name_bits,
    arg_max(surname_level, name_bits) as surname_level,
    arg_max(forename_level, name_bits) as forename_level
from every_pair
group by all;

delete from named_pair
where (trust_code, researcher_key, staff_key) in (select (trust_code, researcher_key, staff_key) from differing_pair)
    or ((trust_code, researcher_key) in (select (trust_code, researcher_key) from holder)
        and (trust_code, researcher_key, staff_key) not in (select (trust_code, researcher_key, staff_key) from holder));

-- Whoever bears the surname and quite another forename is no candidate beside somebody whose name it is.
create or replace temp table named_pair as
select *
from named_pair
qualify name_bits >= max(name_bits) over (partition by trust_code, researcher_key) - getvariable('name_bits_behind');
