"""The first month that may be loaded. It stands apart from the partitions so that the command line need not import Dagster."""

FIRST_MONTH = "2000-01-01"
