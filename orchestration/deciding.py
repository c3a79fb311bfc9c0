"""A process in which it is decided what the next release hides, beside the load: while Dagster is told of what was built, and the marts are judged."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from orchestration.beside import Beside, said_for_people, say
from publishing.identity import ReleaseInputs
from publishing.protected import PrivateFolders

#: Told how many periods are decided, of how many.
OnPeriod = Callable[[int, int], None]


class Decider:
    """Decides once a load, when the marts stand. What it decides is kept in the home, where the release finds it."""

    def __init__(self) -> None:
        self._beside = Beside()
        self._under_way: Future[None] | None = None

    def begin(self) -> None:
        """Start the process, which imports what it needs."""
        if not self._beside.is_running:
            self._beside.ask(_import)

    def start(self, warehouse: Path, manifest: Path, inputs: ReleaseInputs, folders: PrivateFolders) -> None:
        """Begin to decide on a warehouse file, which no process may write until that is done."""
        if self._under_way is None:
            self._under_way = self._beside.ask_with_notes(_decide, warehouse, manifest, inputs, folders)

    def finish(self, on_period: OnPeriod | None) -> None:
        """Wait until all is decided."""
        assert self._under_way is not None, "begun by start"
        try:
            with said_for_people("disclosure control"):
                self._beside.listen(self._under_way, on_period)
        finally:
            self.close()

    def close(self) -> None:
        self._beside.close()
        self._under_way = None


def _import() -> None:
    import publishing.disclosure.protect  # noqa: F401  (linear programs, which take half a second to import)


def _decide(warehouse: Path, manifest: Path, inputs: ReleaseInputs, folders: PrivateFolders) -> None:
    from publishing.release import decide_ahead

    decide_ahead(warehouse, manifest, inputs, folders, say)
