{{ config(materialized="view") }}
{%- set measures = {"study": "joint_studies", "output": "joint_outputs"} -%}
with parts as (
    select * from {{ ref("fct_network_part_year") }}
),
authors as (
    select * from {{ ref("fct_output_author_year") }}
    where not is_latest and directorate_code is not null
),
-- Two units share a study or an output through different people; somebody who moved is in common and makes no tie alone.
unit_ties as (
    select
        mine.trust_code,
        mine.network_type,
        mine.unit_code,
        theirs.unit_code as other_code,
        cast(null as {{ dbt.type_string() }}) as other_name,
        mine.financial_year
        {%- for kind, measure in measures.items() %},
        count(distinct case when mine.shared_kind = '{{ kind }}' then mine.shared_id end) as {{ measure }},
        count(distinct case when mine.shared_kind = '{{ kind }}' then mine.staff_key end) as {{ measure }}_unit_people,
        count(distinct case when mine.shared_kind = '{{ kind }}' then theirs.staff_key end) as {{ measure }}_other_people
        {%- endfor %},
        count(distinct case when mine.shared_kind = 'person' then mine.staff_key end) as people_in_common
    from parts as mine
    inner join parts as theirs
        on mine.trust_code = theirs.trust_code
        and mine.network_type = theirs.network_type
        and mine.financial_year = theirs.financial_year
        and mine.shared_kind = theirs.shared_kind
        and mine.shared_id = theirs.shared_id
        and mine.unit_code <> theirs.unit_code
    where mine.shared_kind = 'person' or mine.staff_key <> theirs.staff_key
    group by mine.trust_code, mine.network_type, mine.unit_code, theirs.unit_code, mine.financial_year
),
partners as (
    {{
        list_parts(
            "authors",
            ["trust_code", "directorate_code", "financial_year", "output_id", "staff_key"],
            "partner_organisations"
        )
    }}
),
partner_ties as (
    select
        trust_code,
        'partner' as network_type,
        directorate_code as unit_code,
        {{ slug("part") }} as other_code,
        min(part) as other_name,
        financial_year,
        cast(null as bigint) as joint_studies,
        cast(null as bigint) as joint_studies_unit_people,
        cast(null as bigint) as joint_studies_other_people,
        count(distinct output_id) as joint_outputs,
        count(distinct staff_key) as joint_outputs_unit_people,
        cast(0 as bigint) as joint_outputs_other_people,
        cast(null as bigint) as people_in_common
    from partners
    where {{ slug("part") }} <> ''
    group by trust_code, directorate_code, {{ slug("part") }}, financial_year
),
ties as (
    select * from unit_ties
    union all
    select * from partner_ties
),
final as (
    select
        {{ surrogate_key(["trust_code", "network_type", "unit_code", "other_code", "financial_year"]) }} as network_tie_year_sk,
        trust_code,
        network_type,
        unit_code,
        other_code,
        other_name,
        financial_year
        {%- for measure in [
            "joint_studies", "joint_outputs", "people_in_common", "joint_studies_unit_people",
            "joint_studies_other_people", "joint_outputs_unit_people", "joint_outputs_other_people"
        ] %},
        cast({{ measure }} as integer) as {{ measure }}
        {%- endfor %}
    from ties
)
select * from final
