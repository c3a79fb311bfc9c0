{{ config(severity="warn") }}
-- One row a delivery with many people who are not in HR assignments.
{{ deliveries_of_unknown_people(more_than_pct=20, at_most_pct=80) }}
