"""From one row of a mart back to the core rows, the deliveries and the lines of files behind it.

An engineer's tool over the private warehouse: it counts people and points at lines, it never names a person or a person's key.
What it knows of the models it reads from dbt's manifest and from the SQL that dbt compiled; what no SQL says stands in two
files of data, `ways.yml` and `sums.yml`.
"""
