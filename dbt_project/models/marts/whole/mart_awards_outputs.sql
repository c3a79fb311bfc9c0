with group_months as (
    select * from {{ ref("bridge_group_month") }}
    where group_type in ('trust', 'profession')
),
headcounts as (
    select * from {{ ref("fct_workforce_group_month") }}
),
deliveries as (
    select * from {{ ref("fct_delivery") }}
    where status = 'current' and extract in ('rd_awards', 'rd_outputs')
),
awards as (
    select * from {{ ref("fct_award_year") }}
),
authors as (
    select * from {{ ref("fct_output_author_year") }}
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
        max(case when deliveries.extract = 'rd_awards' then 1 else 0 end) = 1 as has_awards,
        max(case when deliveries.extract = 'rd_outputs' then 1 else 0 end) = 1 as has_outputs
    from years
    left join deliveries
        on years.trust_code = deliveries.trust_code
        and years.last_month >= deliveries.reporting_month
    group by years.trust_code, years.financial_year, years.last_month
),
groups as (
    select
        trust_code,
        group_type,
        group_code,
        {{ financial_year("reporting_month") }} as financial_year,
        min(group_name) as group_name
    from group_months
    group by trust_code, group_type, group_code, {{ financial_year("reporting_month") }}
),
-- The trust has everything that was delivered; a profession what its linked people have a part in.
{%- for relation in ["awards", "authors"] %}
{{ relation }}_in_groups as (
    {%- for group_type, group_code in [("trust", "trust_code"), ("profession", "profession_code")] %}
    select
        '{{ group_type }}' as group_type,
        {{ group_code }} as group_code,
        coalesce(staff_key, researcher_key) as person_key,
        {{ relation }}.*
    from {{ relation }}
    where {{ group_code }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),
{%- endfor %}
award_figures as (
    select
        trust_code,
        group_type,
        group_code,
        financial_year
        {%- for measure, flag in {
            "applications": "is_applied_in_year", "shortlisted": "is_shortlisted",
            "decided": "is_decided_in_year", "awarded": "is_awarded_in_year"
        }.items() %},
        count(case when {{ flag }} then 1 end) as {{ measure }},
        count(distinct case when {{ flag }} then person_key end) as {{ measure }}_people
        {%- endfor %},
        {{ exact_sum("case when is_awarded_in_year then amount end", 2) }} as award_value,
        count(distinct case when is_in_scheme_in_year then staff_key end) as in_scheme_headcount
    from awards_in_groups
    group by trust_code, group_type, group_code, financial_year
),
output_figures as (
    select
        trust_code,
        group_type,
        group_code,
        financial_year,
        count(distinct case when is_latest then output_id end) as outputs_latest,
        count(distinct case when is_latest then person_key end) as outputs_latest_people,
        count(distinct case when not is_latest then output_id end) as outputs,
        count(distinct case when not is_latest then person_key end) as outputs_people
        {%- for place in ["first", "last"] %},
        count(distinct case when not is_latest and is_{{ place }}_author and profession_code is not null then output_id end)
            as {{ place }}_author_outputs,
        count(distinct case when not is_latest and is_{{ place }}_author and profession_code is not null then staff_key end)
            as {{ place }}_author_people
        {%- endfor %}
    from authors_in_groups
    group by trust_code, group_type, group_code, financial_year
),
partners as (
    {{
        list_parts(
            "authors_in_groups",
            ["trust_code", "group_type", "group_code", "financial_year", "person_key", "is_latest"],
            "partner_organisations"
        )
    }}
),
partner_figures as (
    select
        trust_code,
        group_type,
        group_code,
        financial_year,
        count(distinct {{ slug("part") }}) as external_partners,
        count(distinct person_key) as partner_people
    from partners
    where not is_latest and {{ slug("part") }} <> ''
    group by trust_code, group_type, group_code, financial_year
),
counted as (
    select
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        groups.group_name,
        groups.financial_year,
        collected.last_month as last_reporting_month,
        cast(coalesce(headcounts.headcount, 0) as bigint) as headcount
        {%- for measure in [
            "applications", "shortlisted", "decided", "awarded", "in_scheme_headcount",
            "applications_people", "shortlisted_people", "decided_people", "awarded_people"
        ] %},
        cast(case when collected.has_awards then coalesce(award_figures.{{ measure }}, 0) end as integer) as {{ measure }}
        {%- endfor %},
        case when collected.has_awards then coalesce(award_figures.award_value, 0) end as award_value
        {%- for measure in [
            "outputs", "outputs_latest", "first_author_outputs", "last_author_outputs",
            "outputs_people", "outputs_latest_people", "first_author_people", "last_author_people"
        ] %},
        cast(case when collected.has_outputs then coalesce(output_figures.{{ measure }}, 0) end as integer) as {{ measure }}
        {%- endfor %}
        {%- for measure in ["external_partners", "partner_people"] %},
        cast(case when collected.has_outputs then coalesce(partner_figures.{{ measure }}, 0) end as integer) as {{ measure }}
        {%- endfor %}
    from groups
    inner join collected
        on groups.trust_code = collected.trust_code
        and groups.financial_year = collected.financial_year
    left join headcounts
        on groups.trust_code = headcounts.trust_code
        and groups.group_type = headcounts.group_type
        and groups.group_code = headcounts.group_code
        and collected.last_month = headcounts.reporting_month
    {%- for figures in ["award_figures", "output_figures", "partner_figures"] %}
    left join {{ figures }}
        on groups.trust_code = {{ figures }}.trust_code
        and groups.group_type = {{ figures }}.group_type
        and groups.group_code = {{ figures }}.group_code
        and groups.financial_year = {{ figures }}.financial_year
    {%- endfor %}
),
final as (
    select
        *,
        {{ group_sk("counted") }} as group_sk,
        {{ percentage("awarded", "decided") }} as success_rate,
        {{ percentage("first_author_outputs", "outputs") }} as first_author_share,
        {{ percentage("last_author_outputs", "outputs") }} as last_author_share
    from counted
)
select * from final
