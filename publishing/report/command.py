"""`rcw report`: the report of a release made again from its tables, for a folder of one's own."""

from __future__ import annotations

from pathlib import Path

from publishing.datapackage import MANIFEST_FILE, read_datapackage, recorded_inputs
from publishing.errors import PublishingError
from publishing.identity import ReleaseInputs
from publishing.report.write import write_report


def report_of(release: Path, destination: Path, trust_code: str | None = None) -> list[Path]:
    """Write the report of the release in a folder into another.

    Raises:
        PublishingError: the release has no manifest, no rows of the trust, or tables of another version.
    """
    document = read_datapackage(release)
    try:
        inputs = ReleaseInputs.from_document(recorded_inputs(document or {}))
    except (KeyError, TypeError):
        raise PublishingError(
            "the release does not say what it was made from", MANIFEST_FILE, "check it with `rcw verify`"
        ) from None
    destination.mkdir(parents=True, exist_ok=True)
    return write_report(release, inputs, destination=destination, trust_code=trust_code)
