"""A process in which the report of a release is drawn and set, beside the load: while the rest of the release is written."""

from __future__ import annotations

from pathlib import Path

from orchestration.beside import Beside, said_for_people
from publishing.identity import ReleaseInputs
from publishing.report.write import Written


class Reporter:
    """Writes the report of a release once a load."""

    def __init__(self) -> None:
        self._beside = Beside()

    def begin(self) -> None:
        """Start the process, which imports what it needs and draws a first chart: that takes as long as twenty."""
        if not self._beside.is_running:
            self._beside.ask(_import)

    def start(self, folder: Path, inputs: ReleaseInputs) -> Written:
        """Begin to write the report of the tables in a folder; what is returned waits for it. See `publishing.release.publish`."""
        asked = self._beside.ask(_write, folder, inputs)

        def written() -> list[Path]:
            try:
                with said_for_people("the report"):
                    return asked.result()
            finally:
                self.close()

        return written

    def close(self) -> None:
        self._beside.close()


def _import() -> None:
    from publishing.report.drawing import drawn

    drawn({"mark": "point", "data": {"values": []}}, "first")


def _write(folder: Path, inputs: ReleaseInputs) -> list[Path]:
    from publishing.report.write import write_report

    return write_report(folder, inputs)
