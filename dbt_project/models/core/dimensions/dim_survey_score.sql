with scores as (
    select * from {{ ref("list_survey_score") }}
),
final as (
    select
        {{ surrogate_key(["instrument", "score_code"]) }} as survey_score_sk,
        instrument,
        score_code,
        score_name,
        parent_score_code,
        score_level,
        part_count,
        min_answered,
        min_answered_share,
        min_subscores,
        combined_at,
        sort_order,
        source,
        status
    from scores
    where valid_to is null
)
select * from final
