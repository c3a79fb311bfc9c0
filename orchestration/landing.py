"""A process in which files are landed, beside the load: it begins before Dagster is imported, which takes as long as a month's files do."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date

from ingestion.contract import contracts
from ingestion.identity import read_key
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import LandResult, land
from ingestion.raw_store import sweep
from ingestion.settings import Settings
from orchestration.beside import Beside, said_for_people, say

#: Told of the extract and the name of each file that is taken.
OnFile = Callable[[str, str], None]


@dataclass(frozen=True)
class Scope:
    """What is landed: files of these extracts and months; None stands for all."""

    extracts: frozenset[str] | None
    months: frozenset[date] | None

    @classmethod
    def of(cls, extracts: Collection[str] | None, months: Collection[date] | None) -> Scope:
        everything = extracts is None or frozenset(extracts) == frozenset(contracts())
        return cls(None if everything else frozenset(extracts or ()), None if months is None else frozenset(months))


class Lander:
    """Lands files once a load. Begin it under the run lock only."""

    def __init__(self) -> None:
        self._beside = Beside()
        self._under_way: tuple[Scope, Future[LandResult]] | None = None

    def begin(self, settings: Settings, scope: Scope) -> None:
        if self._under_way is None:
            self._under_way = scope, self._beside.ask_with_notes(land_new_files, settings, scope)

    def finish(self, settings: Settings, scope: Scope, on_file: OnFile | None) -> LandResult:
        """What has landed: of the process where it was begun for the same files, else landed here and now."""
        begun, self._under_way = self._under_way, None
        if begun is None:
            return land_new_files(settings, scope, on_file)
        begun_for, asked = begun
        try:
            with said_for_people("the reading of files"):
                result = self._beside.listen(asked, on_file)
        finally:
            self.close()
        return result if begun_for == scope else land_new_files(settings, scope, on_file)

    def close(self) -> None:
        self._beside.close()


def land_new_files(settings: Settings, scope: Scope, on_file: OnFile | None = None) -> LandResult:
    """Remove what a killed load left behind, take the new files of a scope, and settle which deliveries are current."""
    sweep(settings)
    tell = on_file or say
    ledger = Ledger(settings)
    try:
        return land(
            settings,
            ledger,
            read_key(settings),
            look(settings),
            extracts=scope.extracts,
            months=scope.months,
            on_file=lambda file: tell(file.extract, file.name),
        )
    finally:
        ledger.close()
