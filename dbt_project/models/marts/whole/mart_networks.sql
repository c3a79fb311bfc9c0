{%- set counts = [
    "joint_studies", "joint_outputs", "people_in_common", "joint_studies_unit_people", "joint_studies_other_people",
    "joint_outputs_unit_people", "joint_outputs_other_people"
] -%}
with group_months as (
    select * from {{ ref("bridge_group_month") }}
    where group_type in ('directorate', 'profession')
),
headcounts as (
    select * from {{ ref("fct_workforce_group_month") }}
),
deliveries as (
    select * from {{ ref("fct_delivery") }}
    where status = 'current' and extract in ('rd_outputs', 'rd_project_sites', 'rd_study_team')
),
ties as (
    select * from {{ ref("fct_network_tie_year") }}
),
years as (
    select
        trust_code,
        {{ financial_year("reporting_month") }} as financial_year,
        max(reporting_month) as last_month
    from group_months
    group by trust_code, {{ financial_year("reporting_month") }}
),
collected as (
    select
        years.trust_code,
        years.financial_year,
        years.last_month,
        count(distinct case when deliveries.extract <> 'rd_outputs' then deliveries.extract end) = 2 as has_joint_studies,
        count(case when deliveries.extract = 'rd_outputs' then 1 end) > 0 as has_joint_outputs
    from years
    left join deliveries
        on years.trust_code = deliveries.trust_code
        and years.last_month >= deliveries.reporting_month
    group by years.trust_code, years.financial_year, years.last_month
),
named_units as (
    select
        trust_code,
        group_type as network_type,
        group_code as unit_code,
        {{ financial_year("reporting_month") }} as financial_year,
        min(group_name) as unit_name
    from group_months
    group by trust_code, group_type, group_code, {{ financial_year("reporting_month") }}
),
units as (
    select
        named_units.*,
        coalesce(headcounts.headcount, 0) as headcount
    from named_units
    inner join collected
        on named_units.trust_code = collected.trust_code
        and named_units.financial_year = collected.financial_year
    left join headcounts
        on named_units.trust_code = headcounts.trust_code
        and named_units.network_type = headcounts.group_type
        and named_units.unit_code = headcounts.group_code
        and collected.last_month = headcounts.reporting_month
),
-- Every pair of units, tied or not, so that a missing tie is a zero; of partners those that are there.
pairs as (
    select
        units.*,
        others.unit_code as other_code,
        others.unit_name as other_name,
        others.headcount as other_headcount
    from units
    inner join units as others
        on units.trust_code = others.trust_code
        and units.network_type = others.network_type
        and units.financial_year = others.financial_year
        and units.unit_code <> others.unit_code
    union all
    select
        units.trust_code,
        'partner' as network_type,
        units.unit_code,
        units.financial_year,
        units.unit_name,
        units.headcount,
        ties.other_code,
        ties.other_name,
        0 as other_headcount
    from units
    inner join ties
        on units.trust_code = ties.trust_code
        and units.unit_code = ties.unit_code
        and units.financial_year = ties.financial_year
        and ties.network_type = 'partner'
    where units.network_type = 'directorate'
),
counted as (
    select
        pairs.*
        {%- for count in counts %},
        case
            when pairs.network_type = 'partner' then ties.{{ count }}
            {%- for measure in ["joint_studies", "joint_outputs"] if count.startswith(measure) %}
            when not collected.has_{{ measure }} then null
            {%- endfor %}
            else coalesce(ties.{{ count }}, 0)
        end as {{ count }}
        {%- endfor %}
    from pairs
    inner join collected
        on pairs.trust_code = collected.trust_code
        and pairs.financial_year = collected.financial_year
    left join ties
        on pairs.trust_code = ties.trust_code
        and pairs.network_type = ties.network_type
        and pairs.unit_code = ties.unit_code
        and pairs.other_code = ties.other_code
        and pairs.financial_year = ties.financial_year
),
weighed as (
    select
        *,
        coalesce(joint_studies, joint_outputs) is not null as is_collected,
        coalesce(joint_studies, 0) + coalesce(joint_outputs, 0) as strength,
        least(
            nullif(joint_studies_unit_people, 0), nullif(joint_studies_other_people, 0),
            nullif(joint_outputs_unit_people, 0), nullif(joint_outputs_other_people, 0)
        ) as fewest_people
    from counted
),
centrality as (
    select
        trust_code,
        network_type,
        unit_code,
        financial_year,
        count(case when strength > 0 then 1 end) as unit_degree,
        case when network_type <> 'partner' then count(*) end as unit_degree_possible,
        sum(strength) as unit_strength,
        coalesce(min(fewest_people), 0) as unit_fewest_people
    from weighed
    where is_collected
    group by trust_code, network_type, unit_code, financial_year
),
final as (
    select
        weighed.trust_code,
        weighed.network_type,
        weighed.unit_code,
        weighed.unit_name,
        weighed.other_code,
        weighed.other_name,
        weighed.financial_year
        {%- for count in counts %},
        weighed.{{ count }}
        {%- endfor %},
        cast(centrality.unit_degree as integer) as unit_degree,
        cast(centrality.unit_degree_possible as integer) as unit_degree_possible,
        {{ percentage("centrality.unit_degree", "centrality.unit_degree_possible") }} as unit_degree_pct,
        cast(centrality.unit_strength as integer) as unit_strength,
        cast(centrality.unit_fewest_people as integer) as unit_fewest_people,
        cast(weighed.headcount as integer) as unit_headcount,
        cast(weighed.other_headcount as integer) as other_headcount
    from weighed
    left join centrality
        on weighed.trust_code = centrality.trust_code
        and weighed.network_type = centrality.network_type
        and weighed.unit_code = centrality.unit_code
        and weighed.financial_year = centrality.financial_year
)
select * from final
