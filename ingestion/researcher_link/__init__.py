"""Which member of staff an R&D person is. Names and e-mails are compared here, inside the vault, and nowhere else.

What belongs here: the tiers of evidence, the scored comparison of names, human decisions and the review queue. What does
not: how a pseudonym is made and what the vault keeps (`pseudonymise`). What leaves this package for the warehouse holds
pseudonyms, a method and a score (`link.LinkRow`).

The rules are the CSV files in `rules/`, the comparison is the SQL in `sql/`, run in the order of the file names.
"""
