"""The synthetic trust: the extracts of an invented NHS trust, with a known planted truth.

What belongs here: people, posts, absence, training, surveys and research that never existed, and the files in which a
trust would deliver them. What does not: anything that reads a delivery. Nothing here imports Dagster or dbt.
"""

from synthetic.trust import write_trust
from synthetic.truth import Truth

__all__ = ["Truth", "write_trust"]
