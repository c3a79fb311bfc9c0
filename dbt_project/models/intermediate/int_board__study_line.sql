{%- set intervals = [
    ("invited", "selected"), ("selected", "confirmed"), ("confirmed", "open"), ("open", "first_participant"),
    ("confirmed", "first_participant")
] -%}
-- Activity and set-up, from the newest row that each study-site has in the half.
with halves as (
    select * from {{ ref("int_board__half") }}
),
study_months as (
    select * from {{ ref("fct_study_month") }}
),
in_half as (
    select
        study_months.*,
        halves.half_start_month,
        halves.last_month,
        {{ month_end("halves.half_end_month") }} as half_end_date,
        row_number() over (
            partition by halves.trust_code, halves.half_start_month, study_months.project_id
            order by study_months.reporting_month desc
        ) as place
    from halves
    inner join study_months
        on halves.trust_code = study_months.trust_code
        and study_months.reporting_month between halves.half_start_month and halves.half_end_month
),
newest as (
    select * from in_half where place = 1
),
counted as (
    select
        trust_code,
        half_start_month,
        count(distinct case when is_open_in_month then project_id end) as studies_open,
        count(distinct case when is_open_in_month and is_commercial then project_id end) as studies_open_commercial,
        count(case when reporting_month = last_month and status_group = 'in_setup' then 1 end) as studies_in_set_up
    from in_half
    group by trust_code, half_start_month
),
-- A file from before the half says nothing of what happened in it.
dated as (
    select
        trust_code,
        half_start_month,
        count(case when opened_date between half_start_month and half_end_date then 1 end) as studies_opened
        {%- for first, second in intervals %},
        {%- set in_half = second ~ "_date between half_start_month and half_end_date" %}
        {%- set days = "days_" ~ first ~ "_to_" ~ second %}
        count(case when {{ in_half }} then {{ days }} end) as n_{{ first }}_to_{{ second }},
        {{ percentile("case when " ~ in_half ~ " then " ~ days ~ " end", 0.5) }} as median_{{ first }}_to_{{ second }}
        {%- endfor %}
    from newest
    where delivery_month >= half_start_month
    group by trust_code, half_start_month
),
paced as (
    select
        trust_code,
        half_start_month,
        cast(recruited_to_date as bigint) * {{ duration_days("in_half") }} as pace,
        {{ recruitment_line("target", elapsed_days("in_half")) }} as line
    from in_half
    where is_open_in_month and reporting_month = last_month
),
on_time as (
    select
        trust_code,
        half_start_month,
        count(case when pace >= line then 1 end) as studies_on_track,
        count(pace - line) as studies_with_rtt
    from paced
    group by trust_code, half_start_month
),
figures as (
    select
        counted.*,
        coalesce(on_time.studies_on_track, 0) as studies_on_track,
        coalesce(on_time.studies_with_rtt, 0) as studies_with_rtt,
        dated.studies_opened
        {%- for first, second in intervals %},
        dated.n_{{ first }}_to_{{ second }},
        dated.median_{{ first }}_to_{{ second }}
        {%- endfor %}
    from counted
    left join dated
        on counted.trust_code = dated.trust_code
        and counted.half_start_month = dated.half_start_month
    left join on_time
        on counted.trust_code = on_time.trust_code
        and counted.half_start_month = on_time.half_start_month
)
{%- for line, numerator, denominator in [
    ("studies_open", "studies_open", "null"),
    ("studies_opened", "studies_opened", "null"),
    ("studies_in_set_up", "studies_in_set_up", "null"),
    ("commercial_studies_pct", "studies_open_commercial", "studies_open"),
    ("studies_on_track_pct", "studies_on_track", "studies_with_rtt")
] %}
select
    trust_code,
    half_start_month,
    '{{ line }}' as line_code,
    cast({{ numerator }} as double) as numerator,
    cast({{ denominator }} as double) as denominator,
    cast(null as double) as median
from figures
union all
{%- endfor %}
{%- for first, second in intervals %}
select
    trust_code,
    half_start_month,
    'days_{{ first }}_to_{{ second }}' as line_code,
    cast(null as double) as numerator,
    cast(n_{{ first }}_to_{{ second }} as double) as denominator,
    cast(median_{{ first }}_to_{{ second }} as double) as median
from figures
{{ "union all" if not loop.last }}
{%- endfor %}
