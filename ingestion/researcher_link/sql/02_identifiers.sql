-- Employee number, e-mail and ORCID: evidence that needs no comparison of names.
create or replace temp macro address(written) as
    case when regexp_full_match(trim(written), '[^@\s]+@[^@\s]+') then lower(trim(written)) end;

create or replace temp table staff_address as
select distinct trust_code, staff_key, address(work_email) as email
from staff_delivered
where address(work_email) is not null;

-- One member of staff with a university address does not make the university part of the trust.
create or replace temp table own_domain as
with counted as (
    select trust_code, split_part(email, '@', 2) as domain, count(*) as addresses
    from staff_address
    group by all
)
select trust_code, domain
from counted
qualify addresses >= getvariable('own_domain_share') * sum(addresses) over (partition by trust_code);

create or replace temp table researcher_address as
select
    researcher.trust_code,
    researcher.researcher_key,
    researcher.email,
    own_domain.domain is not null as is_own,
    own_domain.domain is null
        and not list_contains(getvariable('shared_mail_domains'), split_part(researcher.email, '@', 2))
        and researcher.trust_code in (select trust_code from own_domain) as is_elsewhere
from (select distinct trust_code, researcher_key, address(email) as email from researcher_delivered) as researcher
left join own_domain
    on researcher.trust_code = own_domain.trust_code and split_part(researcher.email, '@', 2) = own_domain.domain
where researcher.email is not null;

create or replace temp table identifier_candidate as
select distinct researcher.trust_code, researcher.researcher_key, researcher.staff_key, 'employee_number' as link_method
from researcher_delivered as researcher
where (researcher.trust_code, researcher.staff_key) in (select (trust_code, staff_key) from staff_delivered)
union all
select distinct researcher.trust_code, researcher.researcher_key, staff.staff_key, 'email'
from researcher_address as researcher
inner join staff_address as staff
    on researcher.trust_code = staff.trust_code and researcher.email = staff.email;

delete from identifier_candidate
where (trust_code, researcher_key, staff_key) in (select (trust_code, researcher_key, staff_key) from differing_pair);

-- Two members of staff with one address (a shared mailbox, a rehire under a new number): the name has to tell them apart.
create or replace temp table identified as
with counted as (
    select trust_code, researcher_key, link_method, min(staff_key) as staff_key, count(distinct staff_key) as candidates
    from identifier_candidate
    group by all
)
select
    trust_code,
    researcher_key,
    arg_min(link_method, link_method <> 'employee_number') as link_method,
    arg_min(staff_key, link_method <> 'employee_number') as staff_key,
    arg_min(candidates, link_method <> 'employee_number') as candidates
from counted
group by all;

create or replace temp table elsewhere as
select trust_code, researcher_key
from researcher_address
group by all
having bool_and(is_elsewhere);

delete from elsewhere
where (trust_code, researcher_key) in (select (trust_code, researcher_key) from identified);

-- Who an ORCID belongs to follows from the rows that also bear a number or an address, and from decisions.
create or replace temp table orcid_owner as
with researcher_orcid as (
    select distinct trust_code, researcher_key, valid_orcid(orcid) as orcid
    from researcher_delivered
    where valid_orcid(orcid) is not null
),
known as (
    select trust_code, researcher_key, staff_key from identified where candidates = 1
    union
    select trust_code, researcher_key, staff_key from decided where decision = 'outside' or staff_key is not null
    union
    select trust_code, researcher_key, null from elsewhere
),
owned as (
    select researcher_orcid.trust_code, researcher_orcid.orcid, known.staff_key
    from researcher_orcid
    inner join known
        on researcher_orcid.trust_code = known.trust_code and researcher_orcid.researcher_key = known.researcher_key
),
owner as (
    select
        trust_code,
        orcid,
        min(staff_key) as staff_key,
        count(distinct staff_key) + max(case when staff_key is null then 1 else 0 end) as owners
    from owned
    group by all
)
select
    researcher_orcid.trust_code,
    researcher_orcid.researcher_key,
    min(owner.staff_key) as staff_key,
    case when count(distinct coalesce(owner.staff_key, '')) > 1 then 2 else max(owner.owners) end as owners
from researcher_orcid
inner join owner
    on researcher_orcid.trust_code = owner.trust_code and researcher_orcid.orcid = owner.orcid
group by all;

delete from orcid_owner
where (trust_code, researcher_key) in (
    select (trust_code, researcher_key) from identified
    union
    select (trust_code, researcher_key) from elsewhere
)
or (trust_code, researcher_key, staff_key) in (select (trust_code, researcher_key, staff_key) from differing_pair);
