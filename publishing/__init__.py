"""From marts to a release: disclosure control, the release writer and its checks. Nothing here imports Dagster or dbt."""
