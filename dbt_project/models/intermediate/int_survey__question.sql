-- Every question of every questionnaire version: the same number is another concept in another year. The versions and item lists
-- of the RCC tool are not pinned, so its items are those delivered; the seed knows most of them by a label. The name of a
-- barrier or motivator is free text of a header, so one that the seed does not know is `unmapped`.
with versions as (
    select * from {{ ref("list_survey_version") }}
),
questions as (
    select * from {{ ref("map_question_concept") }}
),
delivered_items as (
    select distinct
        instrument,
        instrument_version as survey_version,
        question_no,
        split_part(question_no, '_', 1) as block_code
    from {{ ref("stg_rcc__response") }}
),
numbered as (
    select
        versions.instrument,
        versions.survey_version,
        questions.question_no,
        questions.concept_code,
        questions.concept_name,
        questions.scale_code,
        questions.filter_concept_code,
        cast(null as {{ dbt.type_string() }}) as block_code,
        questions.source,
        questions.status
    from versions
    inner join questions
        on versions.instrument = questions.instrument
        and versions.valid_from between questions.valid_from and coalesce(questions.valid_to, versions.valid_from)
),
items as (
    select
        delivered_items.instrument,
        delivered_items.survey_version,
        delivered_items.question_no,
        coalesce(
            questions.concept_code,
            case
                when delivered_items.block_code in ('barrier', 'motivator') then delivered_items.block_code || '_unmapped'
                else delivered_items.question_no
            end
        ) as concept_code,
        coalesce(
            questions.concept_name,
            case
                when delivered_items.block_code in ('barrier', 'motivator') then 'unmapped'
                else replace(delivered_items.question_no, '_', ' ')
            end
        ) as concept_name,
        coalesce(
            questions.scale_code,
            case when delivered_items.block_code in ('barrier', 'motivator') then 'tick' else 'rating_10' end
        ) as scale_code,
        questions.filter_concept_code,
        delivered_items.block_code,
        coalesce(questions.source, 'Column of the delivered file') as source,
        coalesce(questions.status, 'local assumption') as status
    from delivered_items
    left join questions
        on delivered_items.instrument = questions.instrument
        and delivered_items.question_no = questions.question_no
)
select * from numbered
union all
select * from items
