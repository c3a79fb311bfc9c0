select
    trust_code,
    reporting_month,
    staff_key,
    assignment_key,
    competence_name,
    is_required,
    is_achieved,
    expiry_date
from {{ source("raw", "training_compliance") }}
