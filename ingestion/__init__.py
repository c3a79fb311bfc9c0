"""Landing to raw: reading, casting, quarantining and pseudonymising extracts. Nothing here imports Dagster or dbt."""
