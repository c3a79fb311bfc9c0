with waves as (
    select *
    from (
        select distinct trust_code, instrument, wave, newest_reporting_month from {{ ref("fct_survey_response") }}
    ) as waves
    where {{ loaded_waves("waves") }}
),
responses as (
    select responses.*
    from {{ ref("fct_survey_response") }} as responses
    inner join waves
        on responses.trust_code = waves.trust_code
        and responses.instrument = waves.instrument
        and responses.wave = waves.wave
),
score_questions as (
    select * from {{ ref("bridge_score_question") }}
),
scores as (
    select * from {{ ref("dim_survey_score") }}
),
items as (
    select
        responses.trust_code,
        responses.instrument,
        responses.wave,
        responses.respondent_id,
        score_questions.score_code,
        max(responses.profession_code) as profession_code,
        max(responses.directorate_code) as directorate_code,
        max(responses.directorate_name) as directorate_name,
        max(responses.first_reporting_month) as first_reporting_month,
        max(responses.newest_reporting_month) as newest_reporting_month,
        count(case when score_questions.item_role = 'item' then 1 end) as asked_count,
        count(case when score_questions.item_role = 'item' then responses.value end) as answered_count,
        avg(case when score_questions.item_role = 'item' then responses.value end) as item_mean,
        max(case when score_questions.item_role = 'filter' then responses.value end) as filter_value,
        max(case when score_questions.item_role = 'filter' and responses.missing_reason is not null then 1 else 0 end) = 1
            as is_filter_missing
    from responses
    inner join score_questions
        on responses.instrument = score_questions.instrument
        and responses.survey_version = score_questions.survey_version
        and responses.question_no = score_questions.question_no
    group by
        responses.trust_code, responses.instrument, responses.wave, responses.respondent_id, score_questions.score_code
),
item_scores as (
    select
        items.*,
        scores.parent_score_code,
        case
            when items.filter_value is not null then items.filter_value
            when items.is_filter_missing then null
            when items.answered_count >= coalesce(scores.min_answered, scores.min_answered_share * items.asked_count)
                then items.item_mean
        end as score_value
    from items
    inner join scores
        on items.instrument = scores.instrument
        and items.score_code = scores.score_code
    -- with too few of its questions in the file a score cannot be computed for anyone
    where items.asked_count >= coalesce(scores.min_answered, 1)
),
parent_scores as (
    select
        item_scores.trust_code,
        item_scores.instrument,
        item_scores.wave,
        item_scores.respondent_id,
        scores.score_code,
        max(item_scores.profession_code) as profession_code,
        max(item_scores.directorate_code) as directorate_code,
        max(item_scores.directorate_name) as directorate_name,
        max(item_scores.first_reporting_month) as first_reporting_month,
        max(item_scores.newest_reporting_month) as newest_reporting_month,
        count(item_scores.score_value) as answered_count,
        case when count(item_scores.score_value) >= max(scores.min_subscores) then avg(item_scores.score_value) end
            as score_value
    from item_scores
    inner join scores
        on item_scores.instrument = scores.instrument
        and item_scores.parent_score_code = scores.score_code
    where scores.combined_at = 'respondent'
    group by
        item_scores.trust_code, item_scores.instrument, item_scores.wave, item_scores.respondent_id, scores.score_code
    having count(*) >= max(scores.min_subscores)
),
combined as (
    select
        trust_code, instrument, wave, respondent_id, score_code, profession_code, directorate_code, directorate_name,
        first_reporting_month, newest_reporting_month, answered_count, score_value
    from item_scores
    union all
    select
        trust_code, instrument, wave, respondent_id, score_code, profession_code, directorate_code, directorate_name,
        first_reporting_month, newest_reporting_month, answered_count, score_value
    from parent_scores
),
final as (
    select
        {{ surrogate_key(["trust_code", "instrument", "wave", "respondent_id", "score_code"]) }} as survey_score_sk,
        trust_code,
        instrument,
        wave,
        respondent_id,
        score_code,
        profession_code,
        directorate_code,
        directorate_name,
        first_reporting_month,
        newest_reporting_month,
        cast(answered_count as integer) as answered_count,
        -- twelve decimals take out the last bits of binary division, so that 5 is 5 and neither above nor below it
        round(score_value, 12) as score_value
    from combined
)
select * from final
