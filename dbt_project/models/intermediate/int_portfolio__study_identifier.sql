-- Every identifier that a study-site bears or has borne, in the project-site export or as its CPMS study.
with sites as (
    select * from {{ ref("fct_study_report") }}
),
national_studies as (
    select * from {{ ref("int_portfolio__national_study") }}
),
national_reports as (
    select
        national_studies.project_id,
        reports.*
    from national_studies
    inner join {{ ref("fct_cpms_study_report") }} as reports
        on national_studies.trust_code = reports.trust_code
        and national_studies.cpms_id = reports.cpms_id
),
identifiers as (
    {%- for scheme, identifier in [
        ("EDGE", "project_id"), ("IRAS", "iras_number"), ("CPMS", "cpms_id"), ("NCT", "nct_number"), ("ISRCTN", "isrctn_number")
    ] %}
    {%- for relation in ["sites", "national_reports"] if not (scheme == "EDGE" and relation == "national_reports") %}
    select
        trust_code,
        project_id,
        reporting_month,
        '{{ relation }}' as source,
        '{{ scheme }}' as scheme,
        {{ identifier }} as identifier
    from {{ relation }}
    {% if not loop.last or scheme != "ISRCTN" %}union all{% endif %}
    {%- endfor %}
    {%- endfor %}
),
last_seen as (
    select
        trust_code,
        project_id,
        source,
        max(reporting_month) as last_seen_month
    from identifiers
    group by trust_code, project_id, source
)
select
    identifiers.trust_code,
    identifiers.project_id,
    identifiers.scheme,
    identifiers.identifier,
    min(identifiers.reporting_month) as first_seen_month,
    max(identifiers.reporting_month) as last_seen_month,
    max(case when identifiers.reporting_month = last_seen.last_seen_month then 1 else 0 end) = 1 as is_current
from identifiers
inner join last_seen
    on identifiers.trust_code = last_seen.trust_code
    and identifiers.project_id = last_seen.project_id
    and identifiers.source = last_seen.source
where identifiers.identifier is not null
group by identifiers.trust_code, identifiers.project_id, identifiers.scheme, identifiers.identifier
