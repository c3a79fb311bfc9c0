-- The evidence together: how likely each candidate is the person.
-- Of several roles the mean weight counts, since roles of one person go together; of several posts the one that fits best.
create or replace temp table role_evidence as
with by_occupation as (
    select
        named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key, staff_occupation.occupation,
        avg(role_weight.bits) as bits
    from named_pair
    inner join role_of_researcher using (trust_code, researcher_key)
    inner join staff_occupation using (trust_code, staff_key)
    inner join role_weight
        on named_pair.trust_code = role_weight.trust_code
        and role_of_researcher.role_code = role_weight.role_code
        and staff_occupation.occupation = role_weight.occupation
    group by all
)
select trust_code, researcher_key, staff_key, max(bits) as bits
from by_occupation
group by all;

-- Who is on a delegation log must have been trained for it; few of the other staff have.
create or replace temp table training_evidence as
select named_pair.trust_code, named_pair.researcher_key, named_pair.staff_key, training_weight.bits
from named_pair
inner join staff_training using (trust_code, staff_key)
inner join training_weight
    on named_pair.trust_code = training_weight.trust_code and staff_training.level = training_weight.level
-- Where nearly all staff are trained, training tells nobody apart.
where named_pair.trust_code in (select trust_code from training_weight where level = 'gcp' and bits > 0);

-- A system has a person once, as a rule: whom somebody else of the same extract means more surely is the less likely.
create or replace temp table claim_evidence as
with named_in as (
    select distinct trust_code, researcher_key, extract from researcher_delivered
),
claimed as (
    select scored.trust_code, scored.staff_key, scored.researcher_key, scored.score, named_in.extract
    from scored_candidate as scored
    inner join named_in using (trust_code, researcher_key)
    where scored.score >= getvariable('likely_at_least')
),
claim as (
    select
        mine.trust_code, mine.researcher_key, mine.staff_key, max(claimed.score) as score
    from scored_candidate as mine
    inner join named_in using (trust_code, researcher_key)
    inner join claimed
        on mine.trust_code = claimed.trust_code
        and mine.staff_key = claimed.staff_key
        and named_in.extract = claimed.extract
        and mine.score < claimed.score
    group by all
)
select
    trust_code, researcher_key, staff_key,
    log2(1 - score * (1 - getvariable('named_twice'))) as bits
from claim;

create or replace temp table candidate as
select
    steady_evidence.* exclude (staff_share, pool, hinted_bits),
    coalesce(role_evidence.bits, 0) + hinted_bits as profession_bits,
    coalesce(training_evidence.bits, 0) as training_bits,
    coalesce(claim_evidence.bits, 0) as claim_bits,
    staff_share / pool
        * power(
            2,
            name_bits + profession_bits + team_bits + time_bits + known_bits + address_bits + number_bits + training_bits + claim_bits
        ) as odds
from steady_evidence
left join role_evidence using (trust_code, researcher_key, staff_key)
left join training_evidence using (trust_code, researcher_key, staff_key)
left join claim_evidence using (trust_code, researcher_key, staff_key);

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
