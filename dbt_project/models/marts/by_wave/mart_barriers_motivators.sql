with waves as (
    select *
    from (
        select distinct trust_code, instrument, wave, first_reporting_month, newest_reporting_month
        from {{ ref("bridge_respondent_group") }}
        where instrument = 'RCC'
    ) as waves
    where {{ loaded_waves("waves", ["RCC"]) }}
),
questions as (
    select * from {{ ref("dim_survey_question") }}
    where instrument = 'RCC' and block_code in ('barrier', 'motivator')
),
respondent_groups as (
    select * from {{ ref("bridge_respondent_group") }}
    where instrument = 'RCC'
),
boxes as (
    select
        responses.trust_code,
        responses.wave,
        responses.respondent_id,
        questions.block_code as block,
        substr(questions.concept_code, length(questions.block_code) + 2) as item_code,
        max(questions.concept_name) as item_name,
        max(case when responses.value = 1 then 1 else 0 end) as ticked
    from {{ ref("fct_survey_response") }} as responses
    inner join waves
        on responses.trust_code = waves.trust_code
        and responses.instrument = waves.instrument
        and responses.wave = waves.wave
    inner join questions
        on responses.survey_version = questions.survey_version
        and responses.question_no = questions.question_no
    where responses.instrument = 'RCC'
    -- items that the seed does not know are one item together
    group by responses.trust_code, responses.wave, responses.respondent_id, questions.block_code, questions.concept_code
),
-- who ticked nothing in a block may have passed it over, and does not count in its shares
answered as (
    select
        *,
        max(ticked) over (partition by trust_code, wave, respondent_id, block) as has_answered
    from boxes
),
counts as (
    select
        answered.trust_code,
        answered.wave,
        answered.block,
        answered.item_code,
        respondent_groups.group_type,
        respondent_groups.group_code,
        max(answered.item_name) as item_name,
        min(respondent_groups.group_name) as group_name,
        cast(sum(answered.ticked) as bigint) as n,
        cast(sum(answered.has_answered) as bigint) as denominator
    from answered
    inner join respondent_groups
        on answered.trust_code = respondent_groups.trust_code
        and answered.wave = respondent_groups.wave
        and answered.respondent_id = respondent_groups.respondent_id
    group by
        answered.trust_code, answered.wave, answered.block, answered.item_code,
        respondent_groups.group_type, respondent_groups.group_code
),
final as (
    select
        counts.trust_code,
        waves.instrument,
        counts.wave,
        waves.first_reporting_month as wave_month,
        counts.block,
        counts.item_code,
        counts.item_name,
        counts.group_type,
        counts.group_code,
        counts.group_name,
        {{ group_sk("counts") }} as group_sk,
        counts.n,
        counts.denominator,
        {{ percentage("counts.n", "counts.denominator") }} as share,
        -- equal counts share the lower number, so the order needs no further column
        case when counts.denominator > 0 then
            rank() over (
                partition by counts.trust_code, counts.wave, counts.block, counts.group_type, counts.group_code
                order by counts.n desc
            )
        end as rank,
        counts.denominator > 0 and counts.n = counts.denominator as is_unanimous,
        waves.newest_reporting_month
    from counts
    inner join waves
        on counts.trust_code = waves.trust_code
        and counts.wave = waves.wave
)
select * from final
