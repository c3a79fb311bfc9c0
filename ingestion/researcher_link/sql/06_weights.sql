-- What roles and research training say of who somebody is, learnt from the trust's own R&D people as far as they are known.
-- The seeds count as that many people more, so that they rule where few are known.
create or replace temp table likely_pair as
select * from known_pair
union all
select trust_code, researcher_key, staff_key, score
from scored_candidate
where score >= getvariable('likely_at_least');

create or replace temp table role_weight as
with role as (
    select distinct trust_code, role_code from role_of_researcher
),
expected as (
    select
        role.trust_code, role.role_code, occupation_share.occupation, occupation_share.share,
        occupation_share.share * power(2, coalesce(role_profession.bits, 0)) as expectation
    from role
    inner join occupation_share on role.trust_code = occupation_share.trust_code
    left join role_profession
        on role.role_code = role_profession.role_code and occupation_share.profession_code = role_profession.profession_code
),
-- Somebody who has had several posts counts in each by its part.
held as (
    select trust_code, staff_key, occupation, 1 / count(*) over (partition by trust_code, staff_key) as part
    from staff_occupation
),
met as (
    select
        likely_pair.trust_code, role_of_researcher.role_code, held.occupation,
        fsum(likely_pair.probability * held.part) as people
    from likely_pair
    inner join role_of_researcher using (trust_code, researcher_key)
    inner join held on likely_pair.trust_code = held.trust_code and likely_pair.staff_key = held.staff_key
    group by all
),
counted as (
    select
        expected.*,
        expected.expectation / fsum(expected.expectation) over (partition by expected.trust_code, expected.role_code) as prior,
        coalesce(met.people, 0) as people,
        fsum(coalesce(met.people, 0)) over (partition by expected.trust_code, expected.role_code) as all_people
    from expected
    left join met using (trust_code, role_code, occupation)
)
select
    trust_code, role_code, occupation,
    log2(
        (people + getvariable('seed_counts_as') * prior) / (all_people + getvariable('seed_counts_as')) / share
    ) as bits
from counted;

create or replace temp table training_weight as
with met as (
    select likely_pair.trust_code, staff_training.level, fsum(likely_pair.probability) as people
    from likely_pair
    inner join staff_training using (trust_code, staff_key)
    group by all
),
counted as (
    select
        training_share.trust_code, training_share.level, training_share.share, channel.probability as prior,
        coalesce(met.people, 0) as people,
        fsum(coalesce(met.people, 0)) over (partition by training_share.trust_code) as all_people
    from training_share
    inner join channel on channel.comparison = 'training' and training_share.level = channel.level
    left join met on training_share.trust_code = met.trust_code and training_share.level = met.level
)
select
    trust_code, level,
    log2(
        (people + getvariable('seed_counts_as') * prior) / (all_people + getvariable('seed_counts_as')) / share
    ) as bits
from counted;
