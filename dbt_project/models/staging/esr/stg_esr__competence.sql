with source as (
    select * from {{ source("raw", "training_compliance") }}
)
select
    trust_code,
    reporting_month,
    staff_key,
    assignment_key,
    competence_name,
    -- owner | framework | title: NHS|CSTF|Fire Safety - 2 Years|; a name without pipes is a title
    case when competence_name like '%|%' then nullif(trim(split_part(competence_name, '|', 1)), '') end as competence_owner,
    case when competence_name like '%|%' then nullif(trim(split_part(competence_name, '|', 2)), '') end as competence_framework,
    case
        when competence_name like '%|%|%' then nullif(trim(split_part(competence_name, '|', 3)), '')
        else competence_name
    end as competence_title,
    is_required,
    is_achieved,
    expiry_date
from source
