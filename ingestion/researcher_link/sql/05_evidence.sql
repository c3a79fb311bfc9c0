-- Bits of evidence for and against each candidate, beside the name.
-- What each member of staff is or was, and how far they are trained for research; the share of the staff with each.
create or replace temp table staff_occupation as
with post as (
    select trust_code, staff_key, slug(job_role) as job_role, slug(staff_group) as staff_group, max(last_day) as last_day
    from staff_post
    where coalesce(job_role, staff_group) is not null
    group by all
)
select
    post.trust_code,
    post.staff_key,
    coalesce(post.job_role, post.staff_group) as occupation,
    coalesce(by_role.profession_code, by_group.profession_code) as profession_code,
    max(post.last_day) as last_day
from post
left join profession_of_role as by_role on post.job_role = by_role.job_role
left join profession_of_group as by_group on post.staff_group = by_group.staff_group
group by all;

create or replace temp table staff_profession as
select trust_code, staff_key, profession_code, max(last_day) as last_day
from staff_occupation
where profession_code is not null
group by all;

create or replace temp table profession_share as
select staff_profession.trust_code, profession_code, count(distinct staff_key) / any_value(staff_count.staff) as share
from staff_profession
inner join staff_count using (trust_code)
group by all;

create or replace temp table occupation_share as
select
    trust_code, occupation, min(profession_code) as profession_code,
    count(*) / sum(count(*)) over (partition by trust_code) as share
from staff_occupation
group by trust_code, occupation;

create or replace temp table staff_training as
with course as (
    select distinct course, ' ' || replace(slug(course), '_', ' ') || ' ' as words
    from staff_trained
),
course_rule as (
    select course.course, arg_min(gcp_course.is_gcp, gcp_course.rule_order) as is_gcp
    from course
    inner join gcp_course on course.words like gcp_course.course_pattern
    group by course.course
),
trained as (
    select
        staff_trained.trust_code, staff_trained.staff_key,
        case when bool_or(coalesce(course_rule.is_gcp, false)) then 'gcp' else 'other' end as level
    from staff_trained
    left join course_rule on staff_trained.course = course_rule.course
    group by staff_trained.trust_code, staff_trained.staff_key
)
select staff.trust_code, staff.staff_key, coalesce(trained.level, 'none') as level
from (select distinct trust_code, staff_key from staff_delivered) as staff
left join trained using (trust_code, staff_key)
where staff.trust_code in (select trust_code from trained);

create or replace temp table training_share as
select trust_code, level, count(*) / sum(count(*)) over (partition by trust_code) as share
from staff_training
group by trust_code, level;

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

-- Another address at the trust's own domain speaks against a member of staff who has one.
create or replace temp table address_evidence as
select distinct named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key, channel_bits('address', 'differs') as bits
from named_pair
inner join researcher_address using (trust_code, researcher_key)
inner join staff_address using (trust_code, staff_key)
where researcher_address.is_own
    and (named_pair.trust_code, named_pair.researcher_key) not in (select (trust_code, researcher_key) from holder);

-- An employee number that HR does not have is most often that of somebody else: a leaver, or somebody who has yet to start.
create or replace temp table number_evidence as
select distinct trust_code, researcher_key, channel_bits('number', 'differs') as bits
from researcher_delivered
where staff_key is not null and (trust_code, staff_key) not in (select (trust_code, staff_key) from staff_delivered);

-- How likely it is at all that HR has the person: less so where all roles ended before its first month, since roles end with
-- studies and with employments.
create or replace temp table prior as
with hr as (
    select trust_code, min(month) as first_month
    from staff_month
    group by trust_code
),
ended as (
    select researcher_role.trust_code, researcher_role.researcher_key
    from researcher_role
    inner join hr on researcher_role.trust_code = hr.trust_code
    group by researcher_role.trust_code, researcher_role.researcher_key
    having max(researcher_role.last_day) < any_value(hr.first_month)
)
select
    scored_researcher.trust_code,
    scored_researcher.researcher_key,
    case
        when count(holder.staff_key) > 0 then getvariable('staff_share_held_address')
        when count(ended.researcher_key) > 0 then getvariable('staff_share_roles_ended')
        else getvariable('staff_share')
    end as staff_share,
    case when count(holder.staff_key) > 0 then count(distinct holder.staff_key) else any_value(staff_count.staff) end as pool
from scored_researcher
left join staff_count using (trust_code)
left join holder using (trust_code, researcher_key)
left join ended using (trust_code, researcher_key)
group by all;

-- What stays as it is when roles and training are weighed anew.
create or replace temp table steady_evidence as
select
    named_pair.*,
    coalesce(profession_evidence.bits, 0) as hinted_bits,
    coalesce(team_evidence.bits, 0) as team_bits,
    coalesce(time_evidence.bits, 0) as time_bits,
    coalesce(known_evidence.bits, 0) as known_bits,
    coalesce(address_evidence.bits, 0) as address_bits,
    coalesce(number_evidence.bits, 0) as number_bits,
    prior.staff_share,
    prior.pool
from named_pair
inner join prior using (trust_code, researcher_key)
left join profession_evidence using (trust_code, researcher_key, staff_key)
left join team_evidence using (trust_code, researcher_key, staff_key)
left join time_evidence using (trust_code, researcher_key, staff_key)
left join known_evidence using (trust_code, researcher_key, staff_key)
left join address_evidence using (trust_code, researcher_key, staff_key)
left join number_evidence using (trust_code, researcher_key);

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
    rival.outsiders
        * max(steady_evidence.staff_share / steady_evidence.pool * power(2, steady_evidence.name_bits))
        * power(2, getvariable('known_in_rd_bits')) as odds
from rival
inner join steady_evidence using (trust_code, researcher_key)
group by rival.trust_code, rival.researcher_key, rival.outsiders;

-- Who is who for certain; the names join them once they have been scored.
create or replace temp table known_pair as
select trust_code, researcher_key, staff_key, cast(1 as double) as probability from identified where candidates = 1
union
select trust_code, researcher_key, staff_key, 1 from decided where staff_key is not null
union
select trust_code, researcher_key, staff_key, 1 from orcid_owner where owners = 1 and staff_key is not null;

create or replace temp table scored_candidate (
    trust_code varchar, researcher_key varchar, staff_key varchar, score double
);
