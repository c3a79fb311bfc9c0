-- How a name in R&D may have come from a name in HR: the level of each pair of different names, and its probability.
-- Names one letter apart share a form with one letter left out, so that not every name is held against every other.
create or replace temp macro with_a_letter_left_out(name) as
    list_distinct(list_append(
        list_transform(range(1, length(name) + 1), lambda i: left(name, i - 1) || substr(name, i + 1)), name
    ));

create or replace temp macro is_near(observed, held) as
    least(length(observed), length(held)) >= 2 and damerau_levenshtein(observed, held) = 1;

-- Which slip makes one name of the other; the same length means another letter or two that changed places.
create or replace temp macro slip(observed, held) as
    case
        when length(observed) < length(held) then 'letter_left_out'
        when length(observed) > length(held) then 'letter_added'
        when levenshtein(observed, held) = 1 then 'letter_changed'
        else 'letters_swapped'
    end;

create or replace temp table surname_pair as
with observed as (
    select distinct surname, surname_words from researcher_name
),
held as (
    select distinct surname, surname_words from staff_name
),
observed_word as (
    select surname, surname_words, unnest(surname_words) as word from observed
),
held_word as (
    select surname, surname_words, unnest(surname_words) as word from held
),
observed_form as (
    select surname, unnest(with_a_letter_left_out(surname)) as form from (select distinct surname from observed)
),
held_form as (
    select surname, unnest(with_a_letter_left_out(surname)) as form from (select distinct surname from held)
),
levels as (
    select observed.surname as observed, held.surname as held, 'exact' as level
    from observed
    inner join held on observed.surname = held.surname
    union
    select
        observed_word.surname,
        held_word.surname,
        case when len(observed_word.surname_words) < len(held_word.surname_words) then 'part_left_out' else 'part_added' end
    from observed_word
    inner join held_word on observed_word.word = held_word.word
    where length(observed_word.word) >= 3
        and observed_word.surname <> held_word.surname
        and 1 in (len(observed_word.surname_words), len(held_word.surname_words))
    union
    select observed_form.surname, held_form.surname, slip(observed_form.surname, held_form.surname)
    from observed_form
    inner join held_form on observed_form.form = held_form.form
    where is_near(observed_form.surname, held_form.surname)
),
priced as (
    select
        levels.observed, levels.held, levels.level,
        channel.probability / (channel.ways + channel.ways_a_letter * length(levels.held)) as p
    from levels
    inner join channel on channel.comparison = 'surname' and channel.level = levels.level
)
select observed, held, max(p) as p, arg_max(level, p) as level
from priced
group by all;

create or replace temp table forename_pair as
with observed as (
    select distinct forename from researcher_name where forename is not null
),
held as (
    select distinct forename, other_forenames from staff_name where forename is not null
),
same_name as (
    select name as one, familiar_form as other from nickname
    union
    select familiar_form, name from nickname
    union
    -- Two familiar forms of one name: Liz and Beth.
    select a.familiar_form, b.familiar_form
    from nickname as a
    inner join nickname as b on a.name = b.name and a.familiar_form <> b.familiar_form
),
-- What somebody who bears a name may be called, before a slip of the pen.
called as (
    select forename, forename as name, 'exact' as level from (select distinct forename from held)
    union
    select held.forename, same_name.one, 'nickname'
    from (select distinct forename from held) as held
    inner join same_name on held.forename = same_name.other
),
called_form as (
    select forename, name, level, unnest(with_a_letter_left_out(name)) as form from called
),
observed_form as (
    select forename, unnest(with_a_letter_left_out(forename)) as form from observed
),
near as (
    select distinct
        observed_form.forename as observed, called_form.forename as held, called_form.name, called_form.level,
        slip(observed_form.forename, called_form.name) as slip
    from observed_form
    inner join called_form on observed_form.form = called_form.form
    where is_near(observed_form.forename, called_form.name)
),
levels as (
    select observed.forename as observed, called.forename as held, 'forename' as comparison, called.level, null as slip
    from observed
    inner join called on observed.forename = called.name
    union
    select observed, held, 'forename', level, slip from near
    union
    -- Familiar forms that no list has are most often the beginning of the name.
    select observed.forename, held.forename, 'forename', 'shortened', null
    from observed
    inner join (select distinct forename from held) as held
        on left(observed.forename, 2) = left(held.forename, 2) and starts_with(held.forename, observed.forename)
    where length(observed.forename) between 2 and length(held.forename) - 2
    union
    select observed.forename, called.forename, 'initial', called.level, null
    from observed
    inner join called on observed.forename = left(called.name, 1)
    where length(observed.forename) = 1
),
levels_of_given_names as (
    select levels.observed, levels.held, held.other_forenames, levels.comparison, levels.level, levels.slip
    from levels
    inner join held on levels.held = held.forename
    union
    select observed.forename, held.forename, held.other_forenames, 'forename', 'second', null
    from observed
    inner join held on list_contains(held.other_forenames, observed.forename)
    union
    select observed.forename, held.forename, held.other_forenames, 'initial', 'second', null
    from observed
    inner join held on list_contains(list_transform(held.other_forenames, lambda name: left(name, 1)), observed.forename)
    where length(observed.forename) = 1
),
priced as (
    select
        levels.observed, levels.held, levels.other_forenames,
        case when levels.slip is null then levels.level when levels.level = 'exact' then levels.slip else 'nickname_misspelt' end as level,
        channel.probability / channel.ways
            * coalesce(slipped.probability / (slipped.ways + slipped.ways_a_letter * length(levels.held)), 1) as p
    from levels_of_given_names as levels
    inner join channel on levels.comparison = channel.comparison and levels.level = channel.level
    left join channel as slipped on slipped.comparison = 'forename' and levels.slip = slipped.level
    where levels.comparison = 'initial' or length(levels.observed) > 1
)
select observed, held, other_forenames, max(p) as p, arg_max(level, p) as level
from priced
group by all;

-- The weight of agreement is its probability for the same person against that for anybody: rare names weigh most.
create or replace temp table surname_of_staff as
select
    staff_name.trust_code,
    surname_pair.observed,
    staff_name.staff_key,
    max(surname_pair.p) as p,
    arg_max(surname_pair.level, surname_pair.p) as level
from surname_pair
inner join staff_name on surname_pair.held = staff_name.surname
group by all;

create or replace temp table surname_of_anybody as
select
    trust_code,
    observed,
    fsum(p) / any_value(staff_count.staff) + getvariable('unseen_surname') as p
from surname_of_staff
inner join staff_count using (trust_code)
group by all;

create or replace temp table surname_agreement as
select trust_code, observed, staff_key, level, log2(surname_of_staff.p / surname_of_anybody.p) as bits
from surname_of_staff
inner join surname_of_anybody using (trust_code, observed);

create or replace temp table forename_of_staff as
select
    staff_name.trust_code,
    forename_pair.observed,
    staff_name.staff_key,
    max(forename_pair.p) as p,
    arg_max(forename_pair.level, forename_pair.p) as level
from forename_pair
inner join staff_name
    on forename_pair.held = staff_name.forename and forename_pair.other_forenames = staff_name.other_forenames
group by all;

create or replace temp table forename_of_anybody as
select trust_code, observed, fsum(p) / any_value(staff_count.staff) + getvariable('unseen_forename') as p
from forename_of_staff
inner join staff_count using (trust_code)
group by all;

create or replace temp table forename_agreement as
select trust_code, observed, staff_key, level, log2(forename_of_staff.p / forename_of_anybody.p) as bits
from forename_of_staff
inner join forename_of_anybody using (trust_code, observed);
