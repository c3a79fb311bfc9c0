with now as (
    select * from {{ ref("fct_staff_month") }} where {{ loaded_months() }} and is_substantive
),
before as (
    select * from {{ ref("fct_staff_month") }} where {{ loaded_months_and_before(1) }} and is_substantive
),
snapshots as (
    select trust_code, reporting_month from {{ ref("int_delivery__as_of") }}
    where extract = 'hr_assignments' and {{ loaded_months() }}
),
group_types as (
    select * from {{ ref("list_group_type") }}
),
terminations as (
    select * from {{ ref("stg_esr__leaver") }} where {{ loaded_months_and_before(11) }}
),
reasons as (
    select * from {{ ref("dim_leaving_reason") }}
),
-- A month is compared with the snapshot of the calendar month before, or with none.
departures as (
    select
        before.trust_code,
        before.staff_key,
        snapshots.reporting_month,
        group_types.group_type,
        {{ group_code("group_types.group_type", "before") }} as group_code,
        {{ group_code("group_types.group_type", "now") }} as group_code_now,
        now.staff_key is not null as is_internal_move,
        before.fte
    from before
    inner join snapshots
        on before.trust_code = snapshots.trust_code
        and before.reporting_month = {{ add_months("snapshots.reporting_month", -1) }}
    left join now
        on before.trust_code = now.trust_code
        and before.staff_key = now.staff_key
        and snapshots.reporting_month = now.reporting_month
    cross join group_types
    where now.staff_key is null
        or before.profession_code <> now.profession_code
        or before.directorate_code <> now.directorate_code
        or before.pay_band_group <> now.pay_band_group
),
leavers as (
    select * from departures where group_code_now is null or group_code <> group_code_now
),
-- The reason is that of the person's newest termination of the last three months. A file of any later month may bring it: then
-- the load starts from the month of the termination.
matched as (
    select
        leavers.trust_code,
        leavers.staff_key,
        leavers.reporting_month,
        terminations.termination_date,
        terminations.last_working_date,
        terminations.leaving_reason_code,
        terminations.destination_on_leaving,
        row_number() over (
            partition by leavers.trust_code, leavers.staff_key, leavers.reporting_month
            order by
                terminations.termination_date desc,
                terminations.reporting_month desc,
                terminations.assignment_rank,
                terminations.assignment_key
        ) as place
    from leavers
    inner join terminations
        on leavers.trust_code = terminations.trust_code
        and leavers.staff_key = terminations.staff_key
        and terminations.termination_date
            between {{ add_months("leavers.reporting_month", -2) }} and {{ month_end("leavers.reporting_month") }}
        and terminations.reporting_month >= {{ add_months("leavers.reporting_month", -11) }}
    where leavers.group_type = 'trust'
),
final as (
    select
        {{ surrogate_key(["leavers.trust_code", "leavers.staff_key", "leavers.reporting_month", "leavers.group_type"]) }}
            as leaver_sk,
        leavers.trust_code,
        leavers.staff_key,
        leavers.reporting_month,
        leavers.group_type,
        leavers.group_code,
        leavers.is_internal_move,
        leavers.fte,
        matched.termination_date,
        matched.last_working_date,
        case
            when matched.staff_key is not null then coalesce(reasons.leaving_reason_code, 'unmapped')
        end as leaving_reason_code,
        matched.destination_on_leaving
    from leavers
    left join matched
        on leavers.trust_code = matched.trust_code
        and leavers.staff_key = matched.staff_key
        and leavers.reporting_month = matched.reporting_month
        and matched.place = 1
    left join reasons
        on matched.leaving_reason_code = reasons.leaving_reason_code
)
select * from final
