"""The commands of `rcw`, a module for each kind of work. Commands are thin; Dagster, dbt and Great Expectations are imported by the
steps that need them, so a load with nothing new ends before any of them is.
"""
