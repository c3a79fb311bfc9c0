"""Writes the report of a release: the page, the paper and the poster, from the tables in its folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from publishing.datapackage import provisional_months
from publishing.errors import PublishingError
from publishing.identity import ReleaseInputs

#: The files of a report, and what the release says of them.
REPORT_FILES = {
    "report.html": "The report as a page: scorecard with control charts, all subjects, definitions; opens without a network",
    "report.pdf": "The report on A4, tagged for screen readers (PDF/UA-1)",
    "poster.pdf": "One page of the report to share",
}

#: Waits for a report that is being written; gives its files.
Written = Callable[[], list[Path]]


def written_when_asked(folder: Path, inputs: ReleaseInputs) -> Written:
    """A report that is written here, once somebody waits for it."""
    return partial(write_report, folder, inputs)


def write_report(
    folder: Path, inputs: ReleaseInputs, *, destination: Path | None = None, trust_code: str | None = None
) -> list[Path]:
    """Write the three files and return them.

    The same tables and inputs give the same bytes. Only the Parquet files of `folder` are read.

    Args:
        folder: a release, or one being written: its tables as Parquet.
        destination: where the files go; default `folder`.
        trust_code: the trust that the report is about; default the release's own.

    Raises:
        PublishingError: a table lacks what the report shows, there is no such trust in it, or the font is missing.
    """
    from publishing.report.document import compose
    from publishing.report.drawing import drawn
    from publishing.report.page import page
    from publishing.report.paper import poster_pdf, report_pdf
    from publishing.report.release_tables import opened

    home = str(inputs.settings["trust_code"])
    with opened(folder, trust_code or home, inputs.newest_month, provisional_months(inputs.newest_month)) as tables:
        if trust_code and trust_code not in tables.trusts():
            raise PublishingError(
                f"the release holds nothing about trust {trust_code}",
                "report",
                f"name one of {', '.join(tables.trusts())}",
            )
        report = compose(tables, inputs)
    charts = {figure.id: drawn(figure.spec, figure.id) for figure in report.figures()}
    content = (page(report, charts).encode(), report_pdf(report, charts), poster_pdf(report, charts))
    files = [(destination or folder) / name for name in REPORT_FILES]
    for file, written in zip(files, content, strict=True):
        file.write_bytes(written)
    return files
