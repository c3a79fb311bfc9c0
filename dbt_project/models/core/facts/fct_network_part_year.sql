{{ config(materialized="view") }}
{%- set networks = {"directorate": "directorate_code", "profession": "profession_code"} -%}
with team as (
    select * from {{ ref("fct_study_team_month") }}
    where is_open_in_month and staff_key is not null
),
staff as (
    select * from {{ ref("fct_staff_month") }}
    where is_substantive
),
posts as (
    select * from {{ ref("fct_assignment_month") }}
    where is_in_post and is_substantive
),
authors as (
    select * from {{ ref("fct_output_author_year") }}
    where not is_latest and profession_code is not null
),
parts as (
    {%- for network_type, unit_code in networks.items() %}
    select
        team.trust_code,
        '{{ network_type }}' as network_type,
        staff.{{ unit_code }} as unit_code,
        {{ financial_year("team.reporting_month") }} as financial_year,
        'study' as shared_kind,
        team.project_id as shared_id,
        team.staff_key
    from team
    inner join staff
        on team.trust_code = staff.trust_code
        and team.staff_key = staff.staff_key
        and team.reporting_month = staff.reporting_month
    union
    select
        trust_code,
        '{{ network_type }}' as network_type,
        {{ unit_code }} as unit_code,
        financial_year,
        'output' as shared_kind,
        output_id as shared_id,
        staff_key
    from authors
    union
    select
        trust_code,
        '{{ network_type }}' as network_type,
        {{ unit_code }} as unit_code,
        {{ financial_year("reporting_month") }} as financial_year,
        'person' as shared_kind,
        staff_key as shared_id,
        staff_key
    from posts
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
),
final as (
    select
        {{
            surrogate_key([
                "trust_code", "network_type", "unit_code", "financial_year", "shared_kind", "shared_id", "staff_key"
            ])
        }} as network_part_year_sk,
        trust_code,
        network_type,
        unit_code,
        financial_year,
        shared_kind,
        shared_id,
        staff_key
    from parts
)
select * from final
