"""The quality gate: Great Expectations at the two borders, raw in and marts out. Nothing here imports Dagster or dbt.

Great Expectations takes seconds to import, so only `validation` does so, inside a function.
"""
