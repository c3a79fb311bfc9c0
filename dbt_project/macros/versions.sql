{#
    Type 2 history from monthly snapshots. A version is a maximal run of delivered snapshots in which a key bears the same
    attributes; a month without a delivery does not end it, a month in which the key is missing does. `valid_to` is NULL while the
    newest snapshot still shows the version.

    `snapshots` names a relation with trust_code, the keys, the attributes and reporting_month, of the loaded months only. What lies
    before them is not read again: the versions that reached the last month before them stand in for it, as one row each.
#}
{% macro versions(snapshots, keys, attributes, surrogate) -%}
{%- set own = (["trust_code"] + keys) | join(", ") -%}
{%- set described = attributes | join(", ") -%}
with snapshot_months as (
    select
        trust_code,
        reporting_month,
        row_number() over (partition by trust_code order by reporting_month) as month_number
    from {{ ref("int_delivery__as_of") }}
    where extract = 'hr_assignments'
),
newest as (
    select trust_code, max(month_number) as month_number from snapshot_months group by trust_code
),
{%- if is_incremental() %}
boundary as (
    select trust_code as boundary_trust, max(reporting_month) as reporting_month
    from snapshot_months
    where reporting_month < {{ marked_date("from_month") }}
    group by trust_code
),
{%- endif %}
seen as (
    select
        {{ own }},
        {{ described }},
        reporting_month,
        reporting_month as first_month,
        0 as was_open
    from {{ snapshots }}
    {%- if is_incremental() %}
    -- Two plain conditions rather than one, so that only these versions are read.
    {%- for condition in [
        "existing.valid_to is null or existing.valid_to >= " ~ marked_date("from_month"),
        "existing.valid_to = boundary.reporting_month"
    ] %}
    union all
    select
        {{ own }},
        {{ described }},
        boundary.reporting_month,
        existing.valid_from,
        case when existing.valid_to is null then 1 else 0 end
    from {{ this }} as existing
    inner join boundary
        on existing.trust_code = boundary.boundary_trust
    where {{ condition }}
    {%- endfor %}
    {%- endif %}
),
numbered as (
    select
        seen.*,
        snapshot_months.month_number,
        {{ surrogate_key(attributes) }} as attributes_key
    from seen
    inner join snapshot_months
        on seen.trust_code = snapshot_months.trust_code
        and seen.reporting_month = snapshot_months.reporting_month
),
runs as (
    select
        *,
        month_number - row_number() over (
            partition by {{ own }}, attributes_key
            order by month_number
        ) as run
    from numbered
),
condensed as (
    select
        {{ own }},
        {%- for attribute in attributes %}
        min({{ attribute }}) as {{ attribute }},
        {%- endfor %}
        min(first_month) as valid_from,
        max(reporting_month) as last_month,
        max(month_number) as last_number,
        max(was_open) as was_open
    from runs
    group by {{ own }}, attributes_key, run
),
ended as (
    select
        condensed.*,
        case when condensed.last_number < newest.month_number then condensed.last_month end as valid_to
    from condensed
    inner join newest
        on condensed.trust_code = newest.trust_code
),
final as (
    select
        {{ surrogate_key(["trust_code"] + keys + ["valid_from"]) }} as {{ surrogate }},
        {{ own }},
        {{ described }},
        valid_from,
        valid_to,
        valid_to is null as is_current
    from ended
    -- A version that was open and still is need not be written again.
    where not (was_open = 1 and valid_to is null)
)
select * from final
{%- endmacro %}

{# Pre-hook of a dimension made by `versions`: the versions that begin in the loaded months go. #}
{% macro clear_loaded_versions() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where valid_from >= {{ marked_date("from_month") }}
    {%- endif -%}
{%- endmacro %}
