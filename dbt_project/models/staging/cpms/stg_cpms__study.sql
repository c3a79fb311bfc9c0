with studies as (
    select * from {{ source("raw", "rd_cpms_studies") }}
),
-- Several labels may share a slug; they then share a group too.
status_groups as (
    select
        {{ slug("study_status") }} as study_status_slug,
        min(status_group) as status_group
    from {{ ref("map_study_status_group") }}
    group by {{ slug("study_status") }}
),
final as (
    select
        studies.trust_code,
        studies.reporting_month as delivery_month,
        cast(studies.cpms_id as {{ dbt.type_string() }}) as cpms_id,
        studies.iras_number,
        upper(studies.nct_number) as nct_number,
        upper(studies.isrctn_number) as isrctn_number,
        studies.short_title,
        studies.sponsor,
        studies.study_route,
        studies.managing_specialty,
        -- free text of the file stays in raw storage
        case
            when status_groups.status_group is not null then studies.study_status
            when studies.study_status is not null then 'unmapped'
        end as study_status,
        coalesce(status_groups.status_group, 'unmapped') as status_group,
        studies.planned_opening_date,
        studies.actual_opening_date,
        studies.planned_closure_date,
        studies.actual_closure_date,
        cast(studies.uk_target as integer) as uk_target,
        cast(studies.uk_recruited as integer) as uk_recruited
    from studies
    left join status_groups
        on {{ slug("studies.study_status") }} = status_groups.study_status_slug
)
select * from final
