-- One row an R&D person. A decision overrules; then number, address, ORCID; then the name, if it leads clearly. Whom a name has
-- linked stays linked as long as it is likelier than not, so that nobody comes and goes from month to month.
create or replace temp table verdict as
with person as (
    select distinct trust_code, researcher_key from researcher_delivered
),
by_name as (
    select
        trust_code,
        researcher_key,
        max(case when place = 1 then staff_key end) as staff_key,
        max(case when place = 1 then score end) as score,
        max(case when place = 1 then forename_level end) as forename_level,
        greatest(
            max(case when place = 1 then score end)
                - greatest(max(rival_score), coalesce(max(case when place = 2 then score end), 0)),
            0
        ) as margin
    from scored_candidate
    group by all
),
evidence as (
    select
        person.*,
        decided.decision,
        decided.staff_key as decided_staff_key,
        identified.staff_key as identified_staff_key,
        identified.link_method as identified_method,
        identified.candidates,
        orcid_owner.staff_key as orcid_staff_key,
        orcid_owner.owners,
        elsewhere.researcher_key is not null as is_elsewhere,
        by_name.staff_key as named_staff_key,
        by_name.score,
        by_name.margin,
        -- A surname alone is nobody's name, however rare.
        by_name.forename_level <> 'missing'
        and case
            when linked_before.staff_key is not null then by_name.score >= getvariable('likely_at_least')
            when trained.trust_code is null
                then by_name.score >= getvariable('score_at_least') and by_name.margin >= getvariable('margin_at_least')
            else by_name.score >= getvariable('score_at_least_with_training')
                and by_name.margin >= getvariable('margin_at_least_with_training')
        end as is_clear
    from person
    left join decided using (trust_code, researcher_key)
    left join identified using (trust_code, researcher_key)
    left join orcid_owner using (trust_code, researcher_key)
    left join elsewhere using (trust_code, researcher_key)
    left join by_name using (trust_code, researcher_key)
    left join linked_before
        on person.trust_code = linked_before.trust_code
        and person.researcher_key = linked_before.researcher_key
        and by_name.staff_key = linked_before.staff_key
    left join (select distinct trust_code from training_evidence) as trained using (trust_code)
),
judged as (
    select
        *,
        case
            when decision is not null then 'decision'
            when identified_method is not null then identified_method
            when owners is not null then 'orcid'
            when is_elsewhere or score is null then 'none'
            else 'name'
        end as link_method,
        case
            when decision = 'outside' then 'outside'
            when decision = 'same' then case when decided_staff_key is null then 'review' else 'overridden' end
            when candidates = 1 then 'linked'
            when is_elsewhere then 'outside'
            when owners = 1 then case when orcid_staff_key is null then 'outside' else 'linked' end
            when owners > 1 then 'review'
            when is_clear then 'linked'
            else 'review'
        end as link_status
    from evidence
),
settled as (
    select
        *,
        case
            when link_status = 'overridden' then decided_staff_key
            when link_status = 'linked' then
                case
                    when candidates = 1 then identified_staff_key
                    when owners = 1 then orcid_staff_key
                    else named_staff_key
                end
        end as staff_key
    from judged
),
newest_profession as (
    select trust_code, staff_key, arg_max(profession_code, (last_day, profession_code)) as profession_code
    from staff_profession
    group by all
)
select
    settled.trust_code,
    settled.researcher_key,
    settled.staff_key,
    link_method,
    cast(
        case
            when link_method = 'decision' then 1
            when candidates = 1 and link_method = 'employee_number' then 1
            when candidates = 1 then 0.99
            when link_method = 'orcid' then case when owners = 1 then 0.98 else 0 end
            else coalesce(score, 0)
        end as double
    ) as link_score,
    cast(
        case
            when link_method = 'decision' then 1
            when candidates = 1 and link_method = 'employee_number' then 1
            when candidates = 1 then 0.99
            when link_method = 'orcid' then case when owners = 1 then 0.98 else 0 end
            else round(coalesce(margin, 0), 4)
        end as double
    ) as link_margin,
    link_status,
    -- Nobody's identity follows from a likely candidate's profession, and the link rate can be told by it.
    newest_profession.profession_code
from settled
left join newest_profession
    on settled.trust_code = newest_profession.trust_code
    and newest_profession.staff_key = coalesce(
        settled.staff_key, case when link_status = 'review' and score >= getvariable('likely_at_least') then named_staff_key end
    );
