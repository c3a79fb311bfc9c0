"""Forgetting a person: out of raw storage and the vault, out of every load to come, and named where landing still has them.

Who the person is comes in as a pseudonym; which R&D people they are follows from the links. What went is recorded without
saying who.
"""
