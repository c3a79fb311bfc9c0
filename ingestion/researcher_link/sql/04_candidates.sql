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

create or replace temp table staff_profession as
select
    staff_post.trust_code,
    staff_post.staff_key,
    coalesce(by_role.profession_code, by_group.profession_code) as profession_code,
    max(staff_post.last_day) as last_day
from staff_post
left join profession_of_role as by_role on slug(staff_post.job_role) = by_role.job_role
left join profession_of_group as by_group on slug(staff_post.staff_group) = by_group.staff_group
where coalesce(by_role.profession_code, by_group.profession_code) is not null
group by all;

create or replace temp table profession_share as
select staff_profession.trust_code, profession_code, count(distinct staff_key) / any_value(staff_count.staff) as share
from staff_profession
inner join staff_count using (trust_code)
group by all;

-- Of several roles the mean weight counts, since roles of one person go together; of several posts the one that fits best.
create or replace temp table role_evidence as
with by_profession as (
    select named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key, staff_profession.profession_code, avg(role_profession.bits) as bits
    from named_pair
    inner join role_of_researcher using (trust_code, researcher_key)
    inner join staff_profession using (trust_code, staff_key)
    inner join role_profession
        on role_of_researcher.role_code = role_profession.role_code
        and staff_profession.profession_code = role_profession.profession_code
    group by all
)
select trust_code, researcher_key, staff_key, max(bits) as bits
from by_profession
group by all;

create or replace temp table profession_evidence as
with hint as (
    select distinct
        researcher_role.trust_code, researcher_role.researcher_key,
        coalesce(by_role.profession_code, by_group.profession_code, slug(researcher_role.profession)) as profession_code
    from researcher_role
    left join profession_of_role as by_role on slug(researcher_role.profession) = by_role.job_role
    left join profession_of_group as by_group on slug(researcher_role.profession) = by_group.staff_group
    where researcher_role.profession is not null
),
weighed as (
    select
        named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key,
        max(case when hint.profession_code = staff_profession.profession_code then 1 else 0 end) = 1 as is_same,
        max(profession_share.share) as share
    from named_pair
    inner join hint using (trust_code, researcher_key)
    inner join profession_share
        on hint.trust_code = profession_share.trust_code and hint.profession_code = profession_share.profession_code
    inner join staff_profession
        on named_pair.trust_code = staff_profession.trust_code and named_pair.staff_key = staff_profession.staff_key
    group by all
)
select
    trust_code, researcher_key, staff_key,
    case
        when is_same then channel_bits('profession', 'agrees') - log2(share)
        when share < 1 then channel_bits('profession', 'differs') - log2(1 - share)
        else 0
    end as bits
from weighed;

create or replace temp table team_evidence as
with hinted as (
    select team_agreement.trust_code, researcher_key, count(distinct staff_key) / any_value(staff_count.staff) as share
    from team_agreement
    inner join staff_count using (trust_code)
    group by all
)
select
    named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key,
    case
        when team_agreement.staff_key is not null then channel_bits('team', 'agrees') - log2(hinted.share)
        when hinted.share < 1 then channel_bits('team', 'differs') - log2(1 - hinted.share)
        else 0
    end as bits
from named_pair
inner join hinted using (trust_code, researcher_key)
left join team_agreement using (trust_code, researcher_key, staff_key);

create or replace temp table time_evidence as
with active as (
    select
        trust_code,
        researcher_key,
        min(first_day) as first_day,
        max(last_day) as last_day
    from researcher_role
    where first_day is not null and last_day is not null
    group by all
),
employed as (
    select
        trust_code,
        staff_key,
        min(first_day) - to_months(cast(getvariable('employment_slack_months') as integer)) as not_before,
        max(last_day) + to_months(cast(getvariable('employment_slack_months') as integer)) as not_after
    from staff_post
    group by all
),
-- One join after the other: left to itself, the engine holds everybody of a trust against everybody.
active_pair as materialized (
    select named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key, active.first_day, active.last_day
    from named_pair
    inner join active using (trust_code, researcher_key)
)
select
    active_pair.trust_code,
    active_pair.researcher_key,
    active_pair.staff_key,
    case
        when active_pair.last_day < employed.not_before or active_pair.first_day > employed.not_after
            then getvariable('not_in_post_bits')
        else getvariable('role_before_employment_bits')
    end as bits
from active_pair
inner join employed using (trust_code, staff_key)
where active_pair.first_day < employed.not_before or active_pair.first_day > employed.not_after;

create or replace temp table known_evidence as
with known as (
    select trust_code, staff_key from identified where candidates = 1
    union
    select trust_code, staff_key from decided
    union
    select trust_code, staff_key from orcid_owner where owners = 1
)
select named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key, getvariable('known_in_rd_bits') as bits
from named_pair
inner join known using (trust_code, staff_key);

-- Who is on a delegation log must have been trained for it; few of the other staff have.
create or replace temp table training_evidence as
with trained as (
    select distinct staff_trained.trust_code, staff_trained.staff_key
    from staff_trained
    inner join staff_delivered using (trust_code, staff_key)
),
trained_share as (
    select trained.trust_code, count(*) / any_value(staff_count.staff) as share
    from trained
    inner join staff_count using (trust_code)
    group by all
)
select
    named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key,
    case
        when trained.staff_key is not null then channel_bits('training', 'agrees') - log2(trained_share.share)
        else channel_bits('training', 'differs') - log2(1 - trained_share.share)
    end as bits
from named_pair
inner join trained_share using (trust_code)
left join trained using (trust_code, staff_key)
-- Where nearly all staff are trained, training tells nobody apart.
where log2(trained_share.share) < channel_bits('training', 'agrees');

-- Another address at the trust's own domain speaks against a member of staff who has one.
create or replace temp table address_evidence as
select distinct named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key, channel_bits('address', 'differs') as bits
from named_pair
inner join researcher_address using (trust_code, researcher_key)
inner join staff_address using (trust_code, staff_key)
where researcher_address.is_own
    and (named_pair.trust_code, named_pair.researcher_key) not in (select (trust_code, researcher_key) from holder);

create or replace temp table prior as
select
    scored_researcher.trust_code,
    scored_researcher.researcher_key,
    case
        when count(holder.staff_key) > 0 then getvariable('staff_share_held_address')
        else getvariable('staff_share')
    end as staff_share,
    case when count(holder.staff_key) > 0 then count(distinct holder.staff_key) else any_value(staff_count.staff) end as pool
from scored_researcher
left join staff_count using (trust_code)
left join holder using (trust_code, researcher_key)
group by all;

create or replace temp table candidate as
select
    named_pair.*,
    coalesce(role_evidence.bits, 0) + coalesce(profession_evidence.bits, 0) as profession_bits,
    coalesce(team_evidence.bits, 0) as team_bits,
    coalesce(time_evidence.bits, 0) as time_bits,
    coalesce(known_evidence.bits, 0) as known_bits,
    coalesce(address_evidence.bits, 0) as address_bits,
    coalesce(training_evidence.bits, 0) as training_bits,
    prior.staff_share / prior.pool
        * power(2, name_bits + profession_bits + team_bits + time_bits + known_bits + address_bits + training_bits) as odds
from named_pair
inner join prior using (trust_code, researcher_key)
left join role_evidence using (trust_code, researcher_key, staff_key)
left join profession_evidence using (trust_code, researcher_key, staff_key)
left join team_evidence using (trust_code, researcher_key, staff_key)
left join time_evidence using (trust_code, researcher_key, staff_key)
left join known_evidence using (trust_code, researcher_key, staff_key)
left join address_evidence using (trust_code, researcher_key, staff_key)
left join training_evidence using (trust_code, researcher_key, staff_key);

-- An outsider known by address who bears the same name is a rival too.
create or replace temp table outside_rival as
with outsider as (
    select distinct researcher_name.*
    from researcher_name
    inner join elsewhere using (trust_code, researcher_key)
),
rival as (
    select person.trust_code, person.researcher_key, count(distinct outsider.researcher_key) as outsiders
    from researcher_name as person
    inner join scored_researcher using (trust_code, researcher_key)
    inner join outsider
        on person.trust_code = outsider.trust_code
        and person.surname = outsider.surname
        and (person.forename = outsider.forename
            or least(length(person.forename), length(outsider.forename)) = 1
            and left(person.forename, 1) = left(outsider.forename, 1))
    group by all
)
select
    rival.trust_code, rival.researcher_key,
    rival.outsiders * max(prior.staff_share / prior.pool * power(2, candidate.name_bits)) * power(2, getvariable('known_in_rd_bits'))
        as odds
from rival
inner join candidate using (trust_code, researcher_key)
inner join prior using (trust_code, researcher_key)
group by rival.trust_code, rival.researcher_key, rival.outsiders;

create or replace temp table scored_candidate as
with weighed as (
    select
        candidate.*,
        fsum(candidate.odds) over (partition by candidate.trust_code, candidate.researcher_key)
            -- Who else bears this name: an outsider, or a member of staff under a surname that HR does not have.
            + 1 - prior.staff_share + prior.staff_share * power(2, channel_bits('surname', 'changed'))
            + coalesce(outside_rival.odds, 0) as everyone,
        coalesce(outside_rival.odds, 0) as rival_odds
    from candidate
    inner join prior using (trust_code, researcher_key)
    left join outside_rival using (trust_code, researcher_key)
)
select
    * exclude (everyone, rival_odds),
    round(odds / everyone, 4) as score,
    round(rival_odds / everyone, 4) as rival_score,
    row_number() over (partition by trust_code, researcher_key order by odds desc, staff_key) as place
from weighed;
