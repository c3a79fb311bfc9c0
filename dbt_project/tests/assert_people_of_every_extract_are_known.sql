-- One row a delivery that nearly nobody of HR assignments stands in: figures made of it would be about nobody.
{{ deliveries_of_unknown_people(more_than_pct=80) }}
