{%- set unit_columns = {
    "trust": "trust_code", "directorate": "directorate_code", "team": "team_code", "profession": "profession_code"
} -%}
with months as (
    select * from {{ ref("int_calendar__month") }}
    where {{ loaded_months() }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }}
    where extract in ('rd_interventions', 'hr_assignments') and {{ loaded_months() }}
),
actions as (
    select * from {{ ref("stg_plan__action") }}
    where {{ loaded_deliveries("rd_interventions", "delivery_month") }}
),
staff as (
    select * from {{ ref("fct_staff_month") }}
    where {{ loaded_months() }} and is_substantive
),
named_units as (
    select * from {{ ref("int_organisation__unit_month") }}
    where {{ loaded_months() }}
),
professions as (
    select * from {{ ref("dim_profession") }}
    where profession_code <> 'unmapped'
),
snapshots as (
    select trust_code, reporting_month from as_of where extract = 'hr_assignments'
),
known_units as (
    select distinct trust_code, reporting_month, unit_type, unit_code from named_units
    union all
    select
        snapshots.trust_code,
        snapshots.reporting_month,
        'profession' as unit_type,
        professions.profession_code as unit_code
    from snapshots
    cross join professions
),
people as (
    {%- for unit_type, column in unit_columns.items() %}
    select
        trust_code,
        reporting_month,
        '{{ unit_type }}' as unit_type,
        {{ column }} as unit_code,
        count(*) as headcount,
        {{ exact_sum("fte") }} as fte
    from staff
    group by trust_code, reporting_month, {{ column }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),
running as (
    select
        months.reporting_month,
        actions.*
    from months
    inner join as_of
        on months.trust_code = as_of.trust_code
        and months.reporting_month = as_of.reporting_month
        and as_of.extract = 'rd_interventions'
    inner join actions
        on as_of.trust_code = actions.trust_code
        and as_of.delivery_month = actions.delivery_month
    where actions.start_date <= months.month_end_date
        and (actions.end_date is null or actions.end_date >= months.reporting_month)
),
final as (
    select
        {{ surrogate_key(["running.trust_code", "running.action_id", "running.reporting_month"]) }}
            as intervention_exposure_month_sk,
        running.trust_code,
        running.action_id,
        running.reporting_month,
        running.delivery_month,
        running.scope_type as unit_type,
        running.unit_code,
        running.assignment_rule,
        case when snapshots.trust_code is not null then known_units.trust_code is not null end as is_scope_known,
        case when known_units.trust_code is not null then coalesce(people.headcount, 0) end as exposed_headcount,
        case when known_units.trust_code is not null then coalesce(people.fte, 0) end as exposed_fte,
        {{ month_start("running.start_date") }} as first_exposed_month,
        cast({{ months_between(month_start("running.start_date"), "running.reporting_month") }} as integer)
            as months_since_start,
        running.planned_places,
        running.delivered_places
    from running
    left join snapshots
        on running.trust_code = snapshots.trust_code
        and running.reporting_month = snapshots.reporting_month
    left join known_units
        on running.trust_code = known_units.trust_code
        and running.reporting_month = known_units.reporting_month
        and running.scope_type = known_units.unit_type
        and running.unit_code = known_units.unit_code
    left join people
        on running.trust_code = people.trust_code
        and running.reporting_month = people.reporting_month
        and running.scope_type = people.unit_type
        and running.unit_code = people.unit_code
)
select * from final
