"""The report of a release: a page (`report.html`), the same for paper (`report.pdf`) and a poster (`poster.pdf`).

Made from the published tables of one release and nothing else. `sections/` reads the tables into the content model
(`content`), which knows no markup; `html` and `paper` set it. Computing figures does not belong here: what is not in a mart
is not in the report, but for differences, sums and counts of published figures.
"""
