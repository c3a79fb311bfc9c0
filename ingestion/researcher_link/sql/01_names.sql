-- Names as they are compared: lower case, no accents, apostrophes closed, hyphens and blanks between words, titles dropped.
-- strip_accents leaves letters alone that are letters of their own.
create or replace temp macro plain(written) as
    regexp_replace(
        lower(strip_accents(translate(replace(replace(written, 'ß', 'ss'), 'æ', 'ae'), 'łŁøØđĐ', 'lLoOdD'))),
        '[''’‘`´]', '', 'g'
    );

create or replace temp macro words(written) as
    list_filter(string_split_regex(plain(written), '[^a-z]+'), lambda w: w <> '');

create or replace temp macro given_words(written) as
    list_filter(words(written), lambda w: not list_contains(getvariable('titles'), w));

-- `Smith JA` and `Smith, JA` bear initials; a file all in capitals does not.
create or replace temp macro has_initials(given, surname) as
    regexp_full_match(trim(given), '[A-Z]{2,3}') and upper(surname) <> surname;

create or replace temp table researcher_name as
with named as (
    select distinct trust_code, researcher_key, trim(name) as name
    from researcher_delivered
    where name is not null
),
parted as (
    select
        *,
        case
            when contains(name, ',') then split_part(name, ',', 1)
            when regexp_full_match(name, '.+ ([A-Z]\.? ?){1,3}') and upper(name) <> name
                then regexp_extract(name, '^(.+?) ((?:[A-Z]\.? ?){1,3})$', 1)
            else array_to_string(given_words(name)[-1:], ' ')
        end as surname,
        case
            when contains(name, ',') then name[length(split_part(name, ',', 1)) + 2:]
            when regexp_full_match(name, '.+ ([A-Z]\.? ?){1,3}') and upper(name) <> name
                then regexp_extract(name, '^(.+?) ((?:[A-Z]\.? ?){1,3})$', 2)
            else array_to_string(given_words(name)[:-2], ' ')
        end as given
    from named
)
select distinct
    trust_code,
    researcher_key,
    array_to_string(given_words(surname), '') as surname,
    given_words(surname) as surname_words,
    case when has_initials(given, surname) then lower(left(trim(given), 1)) else given_words(given)[1] end as forename
from parted
where len(given_words(surname)) > 0;

-- Where a person's forename stands somewhere in full, an initial elsewhere says no more.
delete from researcher_name
where coalesce(length(forename), 0) < 2
    and (trust_code, researcher_key, surname) in (
        select (trust_code, researcher_key, surname) from researcher_name where length(forename) > 1
    );

-- All names that HR ever delivered for a person, and the surname that an older address still bears.
create or replace temp table staff_name as
with delivered as (
    select distinct trust_code, staff_key, words(surname) as surname_words, words(forename) as forename_words
    from staff_delivered
    where surname is not null
),
addressed as (
    select distinct
        trust_code,
        staff_key,
        words(regexp_extract(lower(work_email), '^([a-z]+)[._]([a-z''-]{3,}?)[0-9]*@', 2)) as surname_words,
        words(forename) as forename_words
    from staff_delivered
    where regexp_extract(lower(work_email), '^([a-z]+)[._]([a-z''-]{3,}?)[0-9]*@', 1)
        in (words(forename)[1], left(words(forename)[1], 1))
),
both_sources as (
    select * from delivered
    union
    select * from addressed
)
select
    trust_code,
    staff_key,
    array_to_string(surname_words, '') as surname,
    surname_words,
    forename_words[1] as forename,
    forename_words[2:] as other_forenames
from both_sources
where len(surname_words) > 0;

create or replace temp table staff_count as
select trust_code, count(distinct staff_key) as staff
from staff_delivered
group by trust_code;
