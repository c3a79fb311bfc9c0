with months as (
    select * from {{ shown("mart_portfolio_study_month") }}
),
studies as (
    select * from {{ shown("dim_study") }}
),
calendar as (
    select * from {{ shown("dim_month") }}
),
final as (
    select
        months.*,
        calendar.financial_year,
        studies.study_cluster_id,
        studies.iras_number,
        studies.cpms_id,
        studies.study_route,
        studies.managing_specialty,
        studies.sponsor,
        studies.invited_date,
        studies.selected_date,
        studies.confirmed_date,
        studies.uk_target,
        studies.uk_recruited
    from months
    inner join calendar
        on months.reporting_month = calendar.reporting_month
    left join studies
        on months.study_sk = studies.study_sk
)
select * from final
