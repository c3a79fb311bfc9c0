-- Participants of a half: as the delivery for its last month (else the newest before) reports them, and as known latest.
-- A file from before the half says nothing of it.
with halves as (
    select * from {{ ref("int_board__half") }}
),
as_of as (
    select * from {{ ref("int_delivery__as_of") }} where extract = 'rd_recruitment'
),
recruitment as (
    select * from {{ ref("fct_recruitment_month") }}
),
studies as (
    select * from {{ ref("dim_study") }}
),
professions as (
    select * from {{ ref("dim_profession") }}
),
workforce as (
    select * from {{ ref("fct_workforce_group_month") }} where group_type = 'profession'
),
chosen as (
    select
        halves.*,
        as_of.delivery_month
    from halves
    inner join as_of
        on halves.trust_code = as_of.trust_code
        and halves.last_month = as_of.reporting_month
        and halves.half_start_month <= as_of.delivery_month
),
by_study as (
    select
        chosen.trust_code,
        chosen.half_start_month,
        recruitment.project_id,
        sum(case when recruitment.reporting_month = chosen.delivery_month then recruitment.recruited end) as recruited,
        sum(case when recruitment.is_latest then recruitment.recruited end) as recruited_latest
    from chosen
    inner join recruitment
        on chosen.trust_code = recruitment.trust_code
        and recruitment.recruitment_month between chosen.half_start_month and chosen.half_end_month
    group by chosen.trust_code, chosen.half_start_month, recruitment.project_id
),
counted as (
    select
        chosen.trust_code,
        chosen.half_start_month,
        coalesce(sum(by_study.recruited), 0) as recruited,
        coalesce(sum(by_study.recruited_latest), 0) as recruited_latest,
        coalesce(sum(case when studies.is_commercial then by_study.recruited end), 0) as recruited_commercial,
        count(case when by_study.recruited > 0 then 1 end) as studies_recruiting
    from chosen
    left join by_study
        on chosen.trust_code = by_study.trust_code
        and chosen.half_start_month = by_study.half_start_month
    left join studies
        on by_study.trust_code = studies.trust_code
        and by_study.project_id = studies.project_id
    group by chosen.trust_code, chosen.half_start_month
),
clinical_months as (
    select
        workforce.trust_code,
        workforce.reporting_month,
        cast(sum(workforce.headcount) as bigint) as headcount,
        {{ exact_sum("workforce.fte") }} as fte
    from workforce
    inner join professions
        on workforce.profession_code = professions.profession_code
    where professions.is_clinical
    group by workforce.trust_code, workforce.reporting_month
),
clinical as (
    select
        halves.trust_code,
        halves.half_start_month,
        min(clinical_months.headcount) as headcount,
        {{ exact_sum("clinical_months.fte") }} / count(*) as mean_fte
    from halves
    inner join clinical_months
        on halves.trust_code = clinical_months.trust_code
        and clinical_months.reporting_month between halves.half_start_month and halves.half_end_month
    group by halves.trust_code, halves.half_start_month
),
figures as (
    select
        counted.*,
        clinical.headcount as clinical_headcount,
        clinical.mean_fte as clinical_fte
    from counted
    left join clinical
        on counted.trust_code = clinical.trust_code
        and counted.half_start_month = clinical.half_start_month
)
{%- for line, numerator, denominator, people in [
    ("participants_recruited", "recruited", "null", "0"),
    ("participants_recruited_latest", "recruited_latest", "null", "0"),
    ("studies_recruiting", "studies_recruiting", "null", "0"),
    ("commercial_participants_pct", "recruited_commercial", "recruited", "0"),
    ("participants_per_100_clinical_fte", "recruited", "clinical_fte", "clinical_headcount")
] %}
select
    trust_code,
    half_start_month,
    '{{ line }}' as line_code,
    cast({{ numerator }} as double) as numerator,
    cast({{ denominator }} as double) as denominator,
    cast({{ people }} as bigint) as group_headcount
from figures
{{ "union all" if not loop.last }}
{%- endfor %}
