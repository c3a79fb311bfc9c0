with staff as (
    select * from {{ ref("fct_staff_month") }} where {{ loaded_months() }} and is_substantive
),
joiners as (
    select * from {{ ref("fct_joiner") }} where {{ loaded_months() }}
),
leavers as (
    select * from {{ ref("fct_leaver") }} where {{ loaded_months() }}
),
establishment as (
    select * from {{ ref("fct_establishment_month") }} where {{ loaded_months() }}
),
funded_professions as (
    select * from {{ ref("map_staff_group_profession") }} where is_one_profession
),
deliveries as (
    select * from {{ ref("int_delivery__as_of") }} where {{ loaded_months_and_before(12) }}
),
group_types as (
    select * from {{ ref("list_group_type") }}
),
snapshots as (
    select trust_code, reporting_month from deliveries where extract = 'hr_assignments'
),
months as (
    select
        now.trust_code,
        now.reporting_month,
        max(case when earlier.reporting_month = {{ add_months("now.reporting_month", -1) }} then 1 else 0 end)
            = 1 as has_month_before,
        max(case when earlier.reporting_month = {{ add_months("now.reporting_month", -12) }} then 1 else 0 end)
            = 1 as has_year_before,
        count(earlier.reporting_month) = 12 as has_all_twelve
    from snapshots as now
    left join snapshots as earlier
        on now.trust_code = earlier.trust_code
        and earlier.reporting_month >= {{ add_months("now.reporting_month", -12) }}
        and earlier.reporting_month < now.reporting_month
    where {{ loaded_months("now.reporting_month") }}
    group by now.trust_code, now.reporting_month
),
absence_months as (
    select trust_code, reporting_month from deliveries where extract = 'hr_absence'
),
establishment_months as (
    select trust_code, reporting_month from deliveries where extract = 'hr_establishment'
),
-- A line of several professions has no profession, and no line has a pay band: they fund no such group.
funded as (
    select
        lines.trust_code,
        group_types.group_type,
        {{ group_code("group_types.group_type", "lines") }} as group_code,
        lines.reporting_month,
        {{ exact_sum("lines.funded_fte") }} as funded_fte
    from (select *, cast(null as {{ dbt.type_string() }}) as pay_band_group from establishment) as lines
    cross join group_types
    group by
        lines.trust_code,
        group_types.group_type,
        {{ group_code("group_types.group_type", "lines") }},
        lines.reporting_month
),
measured as (
    select
        staff.trust_code,
        group_types.group_type,
        {{ group_code("group_types.group_type", "staff") }} as group_code,
        staff.reporting_month,
        case
            when group_types.group_type in ('directorate', 'directorate_profession') then min(staff.directorate_name)
        end as directorate_name,
        case
            when group_types.group_type in ('profession', 'directorate_profession') then min(staff.profession_code)
        end as profession_code,
        count(*) as headcount,
        {{ exact_sum("staff.fte") }} as fte,
        {{ exact_sum("staff.fte_days_available") }} as fte_days_available,
        {{ exact_sum("staff.fte_days_lost") }} as fte_days_lost,
        {{ exact_sum("staff.s10_days_lost") }} as s10_days_lost,
        count(case when staff.fte_days_lost > 0 then 1 end) as sickness_headcount,
        count(case when staff.s10_days_lost > 0 then 1 end) as s10_headcount
    from staff
    cross join group_types
    group by
        staff.trust_code,
        group_types.group_type,
        {{ group_code("group_types.group_type", "staff") }},
        staff.reporting_month
),
joined as (
    select trust_code, group_type, group_code, reporting_month, count(*) as joiners
    from joiners
    group by trust_code, group_type, group_code, reporting_month
),
departed as (
    select trust_code, group_type, group_code, reporting_month, count(*) as leavers
    from leavers
    group by trust_code, group_type, group_code, reporting_month
),
year_before as (
    select
        staff_month.*,
        months.reporting_month as month_compared
    from {{ ref("fct_staff_month") }} as staff_month
    inner join months
        on staff_month.trust_code = months.trust_code
        and staff_month.reporting_month = {{ add_months("months.reporting_month", -12) }}
    where staff_month.is_substantive and {{ loaded_months_and_before(12, "staff_month.reporting_month") }}
),
stayed as (
    select
        staff.trust_code,
        group_types.group_type,
        {{ group_code("group_types.group_type", "staff") }} as group_code,
        staff.reporting_month,
        count(*) as stayers_12m
    from staff
    inner join year_before
        on staff.trust_code = year_before.trust_code
        and staff.staff_key = year_before.staff_key
        and staff.reporting_month = year_before.month_compared
    cross join group_types
    where {{ group_code("group_types.group_type", "staff") }} = {{ group_code("group_types.group_type", "year_before") }}
    group by
        staff.trust_code,
        group_types.group_type,
        {{ group_code("group_types.group_type", "staff") }},
        staff.reporting_month
),
groups_seen as (
    select trust_code, group_type, group_code, reporting_month, profession_code from measured
    {%- if is_incremental() %}
    union all
    select trust_code, group_type, group_code, reporting_month, profession_code from {{ this }}
    where reporting_month < {{ marked_date("from_month") }}
    {%- endif %}
),
groups as (
    select
        trust_code,
        group_type,
        group_code,
        min(reporting_month) as first_month,
        min(profession_code) as profession_code
    from groups_seen
    group by trust_code, group_type, group_code
),
monthly as (
    select
        groups.trust_code,
        groups.group_type,
        groups.group_code,
        months.reporting_month,
        groups.profession_code,
        measured.directorate_name,
        coalesce(measured.headcount, 0) as headcount,
        coalesce(measured.fte, 0) as fte,
        case when months.has_month_before then coalesce(joined.joiners, 0) end as joiners,
        case when months.has_month_before then coalesce(departed.leavers, 0) end as leavers,
        case when months.has_year_before then coalesce(stayed.stayers_12m, 0) end as stayers_12m,
        coalesce(measured.fte_days_available, 0) as fte_days_available,
        case when absence_months.trust_code is not null then coalesce(measured.fte_days_lost, 0) end as fte_days_lost,
        case when absence_months.trust_code is not null then coalesce(measured.s10_days_lost, 0) end as s10_days_lost,
        case
            when absence_months.trust_code is not null then coalesce(measured.sickness_headcount, 0)
        end as sickness_headcount,
        case when absence_months.trust_code is not null then coalesce(measured.s10_headcount, 0) end as s10_headcount,
        case
            when establishment_months.trust_code is null then null
            when groups.group_type in ('trust', 'directorate') or funded_professions.profession_code is not null
                then coalesce(funded.funded_fte, 0)
        end as funded_fte,
        months.has_year_before,
        months.has_all_twelve
    from groups
    inner join months
        on groups.trust_code = months.trust_code
        and groups.first_month <= months.reporting_month
    left join absence_months
        on months.trust_code = absence_months.trust_code
        and months.reporting_month = absence_months.reporting_month
    left join establishment_months
        on months.trust_code = establishment_months.trust_code
        and months.reporting_month = establishment_months.reporting_month
    left join funded_professions
        on groups.profession_code = funded_professions.profession_code
        and {{ valid_in("months.reporting_month", "funded_professions") }}
    {%- for step in ["measured", "joined", "departed", "stayed", "funded"] %}
    left join {{ step }}
        on groups.trust_code = {{ step }}.trust_code
        and groups.group_type = {{ step }}.group_type
        and groups.group_code = {{ step }}.group_code
        and months.reporting_month = {{ step }}.reporting_month
    {%- endfor %}
),
thirteen_months as (
    select trust_code, group_type, group_code, reporting_month, headcount, joiners, leavers from monthly
    {%- if is_incremental() %}
    union all
    select trust_code, group_type, group_code, reporting_month, headcount, joiners, leavers from {{ this }}
    where {{ loaded_months_and_before(12) }} and reporting_month < {{ marked_date("from_month") }}
    {%- endif %}
),
yearly as (
    select
        monthly.trust_code,
        monthly.group_type,
        monthly.group_code,
        monthly.reporting_month,
        sum(
            case when thirteen_months.reporting_month = {{ add_months("monthly.reporting_month", -12) }}
                then thirteen_months.headcount end
        ) as headcount_start,
        sum(
            case when thirteen_months.reporting_month > {{ add_months("monthly.reporting_month", -12) }}
                then thirteen_months.joiners end
        ) as joiners,
        sum(
            case when thirteen_months.reporting_month > {{ add_months("monthly.reporting_month", -12) }}
                then thirteen_months.leavers end
        ) as leavers
    from monthly
    inner join thirteen_months
        on monthly.trust_code = thirteen_months.trust_code
        and monthly.group_type = thirteen_months.group_type
        and monthly.group_code = thirteen_months.group_code
        and thirteen_months.reporting_month
            between {{ add_months("monthly.reporting_month", -12) }} and monthly.reporting_month
    group by monthly.trust_code, monthly.group_type, monthly.group_code, monthly.reporting_month
),
final as (
    select
        {{
            surrogate_key(
                ["monthly.trust_code", "monthly.group_type", "monthly.group_code", "monthly.reporting_month"]
            )
        }} as workforce_group_month_sk,
        monthly.trust_code,
        monthly.group_type,
        monthly.group_code,
        monthly.reporting_month,
        monthly.profession_code,
        monthly.directorate_name,
        monthly.headcount,
        monthly.fte,
        monthly.joiners,
        monthly.leavers,
        case when monthly.has_all_twelve then cast(coalesce(yearly.joiners, 0) as bigint) end as joiners_12m,
        case when monthly.has_all_twelve then cast(coalesce(yearly.leavers, 0) as bigint) end as leavers_12m,
        case when monthly.has_year_before then cast(coalesce(yearly.headcount_start, 0) as bigint) end as headcount_start_12m,
        monthly.stayers_12m,
        monthly.fte_days_available,
        monthly.fte_days_lost,
        monthly.s10_days_lost,
        monthly.sickness_headcount,
        monthly.s10_headcount,
        monthly.funded_fte
    from monthly
    inner join yearly
        on monthly.trust_code = yearly.trust_code
        and monthly.group_type = yearly.group_type
        and monthly.group_code = yearly.group_code
        and monthly.reporting_month = yearly.reporting_month
)
select * from final
