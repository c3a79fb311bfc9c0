"""Telling people when a load needs them: it failed, the gate is closed, a delivery was refused, or one is late.

What belongs here: what is said, to whom and how often. An alert names files, months and counts, never a person or a secret,
and a load neither waits for it nor fails with it. Nothing here imports Dagster.
"""
