{# Every delivered row is accounted for. A row that comes back lost or gained rows between the file and raw storage. #}
{% test rows_reconcile(model) %}
select delivery_id
from {{ model }}
where rows_delivered <> rows_accepted + rows_rejected
{% endtest %}
