{%- set period = "'([0-9]+) ([a-z]+?)s?$'" -%}
with requirements as (
    select * from {{ ref("fct_training_requirement_month") }}
),
delivered as (
    select
        trust_code,
        competence_name,
        min(delivery_month) as first_month,
        max(delivery_month) as last_month
    from requirements
    group by trust_code, competence_name
),
newest as (
    select trust_code, max(last_month) as last_month from delivered group by trust_code
),
competences as (
    select
        delivered.competence_name,
        min(delivered.first_month) as first_month,
        max(delivered.last_month) as last_month,
        max(case when delivered.last_month = newest.last_month then 1 else 0 end) = 1 as is_current
    from delivered
    inner join newest
        on delivered.trust_code = newest.trust_code
    group by delivered.competence_name
),
-- owner | framework | title: NHS|CSTF|Fire Safety - 2 Years|; a name without pipes is a title
parted as (
    select
        *,
        case when competence_name like '%|%' then nullif(trim(split_part(competence_name, '|', 1)), '') end as competence_owner,
        case
            when competence_name like '%|%' then nullif(trim(split_part(competence_name, '|', 2)), '')
        end as competence_framework,
        case
            when competence_name like '%|%|%' then nullif(trim(split_part(competence_name, '|', 3)), '')
            else competence_name
        end as competence_title
    from competences
),
timed as (
    select
        *,
        {{ try_cast("regexp_extract(lower(competence_title), " ~ period ~ ", 1)", "integer") }} as period_length,
        regexp_extract(lower(competence_title), {{ period }}, 2) as period_unit,
        regexp_replace(competence_title, ' *-? *[0-9]+ ([Yy]ear|[Mm]onth)s?$', '') as title_without_period
    from parted
),
final as (
    select
        competence_name,
        competence_owner,
        competence_framework,
        competence_title,
        trim(regexp_replace(title_without_period, ' *-? *[Ll]evel [0-9]+.*$', '')) as competence_subject,
        nullif(regexp_extract(lower(title_without_period), 'level ([0-9]+[a-z]?)', 1), '') as competence_level,
        case period_unit when 'year' then period_length * 12 when 'month' then period_length end as validity_months,
        first_month as valid_from,
        case when not is_current then {{ month_end("last_month") }} end as valid_to
    from timed
)
select * from final
