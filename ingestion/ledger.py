"""The ledger of deliveries: what came, what became of it, and which delivery of each month is current.

One SQLite file. Arrival order and times are kept for `rcw status`; they never reach the warehouse. A delivery enters the
ledger after its folder stands in raw storage, in one transaction with its findings.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingestion.contract import contracts
from ingestion.current_delivery import Present, Standing, settled
from ingestion.delivery import Delivery, Slot
from ingestion.errors import RcwError
from ingestion.raw_store import QUARANTINE, ROWS, DeliveryKey
from ingestion.settings import Settings
from ingestion.table import Finding

_SCHEMA = """
create table if not exists delivery (
    arrival integer primary key autoincrement,
    delivery_id text not null unique,
    trust_code text not null,
    extract text not null,
    reporting_month text not null,
    sha256 text not null,
    file_name text not null,
    version integer not null,
    contract_version integer not null,
    is_accepted integer not null,
    refusal text,
    rows_delivered integer not null,
    rows_accepted integer not null,
    rows_rejected integer not null,
    effect_month text not null,
    arrived_at text not null
);
create table if not exists finding (
    delivery_id text not null,
    check_name text not null,
    column_name text,
    reason_code text,
    n integer not null,
    severity text not null
);
create index if not exists finding_of_delivery on finding (delivery_id);
create table if not exists finding_line (
    delivery_id text not null,
    check_name text not null,
    column_name text not null,
    line integer not null
);
create table if not exists current_delivery (
    trust_code text not null,
    extract text not null,
    reporting_month text not null,
    delivery_id text not null,
    primary key (trust_code, extract, reporting_month)
);
create table if not exists conflict (
    trust_code text not null,
    extract text not null,
    reporting_month text not null,
    files text not null,
    primary key (trust_code, extract, reporting_month)
);
create table if not exists withdrawn (sha256 text primary key, reason text not null);
create table if not exists known_file (
    path text primary key, size integer not null, mtime_ns integer not null, ctime_ns integer not null, sha256 text not null
);
create table if not exists judgement (delivery_id text not null, code text not null, document text not null,
    primary key (delivery_id, code));
create table if not exists state (name text primary key, value text not null);
"""


FORGOTTEN = "forgotten_rows"  # the finding that explains why fewer rows are kept than the file holds
FORGOTTEN_PEOPLE = "forgotten_people"  # the state that holds the marks of those who were forgotten, to miss a lost list


@dataclass(frozen=True)
class HashedFile:
    """A file of landing as it was when it was hashed."""

    path: Path
    stat: os.stat_result
    sha256: str


@dataclass(frozen=True)
class RowsLeftOut:
    """How many accepted rows of a delivery are kept no longer, since they are about people who are to be forgotten."""

    delivery_id: str
    rows: int


class Ledger:
    """The ledger file, opened for one load. Reading is safe beside a writer.

    Raises:
        RcwError: the file is no ledger.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.ledger_file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(settings.ledger_file, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        try:
            self._db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise RcwError(
                f"The ledger {settings.ledger_file} cannot be used ({error}). Put back a copy of it, or start a new RCW_HOME and load "
                "landing again."
            ) from None

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    # --- files ------------------------------------------------------------------------------------------------------------

    def known_sha256(self, path: Path) -> str | None:
        """The hash of a file that has not changed since it was last read, by size and times."""
        row = self._db.execute("select * from known_file where path = ?", [_file_mark(path)]).fetchone()
        stat = path.stat()
        if row and (row["size"], row["mtime_ns"], row["ctime_ns"]) == (
            stat.st_size,
            stat.st_mtime_ns,
            stat.st_ctime_ns,
        ):
            return str(row["sha256"])
        return None

    def remember_files(self, hashed: Iterable[HashedFile]) -> None:
        """Keep the hashes of files, so that they need no reading again for as long as size and times stay."""
        with self.transaction():
            self._db.executemany(
                "insert or replace into known_file values (?, ?, ?, ?, ?)",
                [
                    (_file_mark(f.path), f.stat.st_size, f.stat.st_mtime_ns, f.stat.st_ctime_ns, f.sha256)
                    for f in hashed
                ],
            )

    def forget_file(self, path: Path) -> None:
        self._db.execute("delete from known_file where path = ?", [_file_mark(path)])

    # --- deliveries -------------------------------------------------------------------------------------------------------

    def add(self, delivery: Delivery, findings: Iterable[Finding]) -> None:
        """Enter a delivery, in place of what an earlier reading of it may have said."""
        key, findings = delivery.key, list(findings)
        with self.transaction():
            for table in ("delivery", "finding", "finding_line"):
                self._db.execute(f"delete from {table} where delivery_id = ?", [delivery.delivery_id])
            self._db.execute(
                "insert into delivery (delivery_id, trust_code, extract, reporting_month, sha256, file_name, version, "
                "contract_version, is_accepted, refusal, rows_delivered, rows_accepted, rows_rejected, effect_month, arrived_at) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    delivery.delivery_id, key.trust_code, key.extract, key.reporting_month.isoformat(), key.sha256,
                    delivery.file_name, delivery.version, delivery.contract_version, delivery.is_accepted, delivery.refusal,
                    delivery.rows_delivered, delivery.rows_accepted, delivery.rows_rejected,
                    delivery.effect_month.isoformat(), datetime.now(UTC).isoformat(timespec="seconds"),
                ],
            )  # fmt: skip
            self._db.executemany(
                "insert into finding values (?, ?, ?, ?, ?, ?)",
                [(delivery.delivery_id, f.check, f.column, f.reason, f.n, f.severity) for f in findings],
            )
            self._db.executemany(
                "insert into finding_line values (?, ?, ?, ?)",
                [(delivery.delivery_id, f.check, f.column, line) for f in findings for line in f.lines],
            )

    def leave_out(self, changes: Iterable[RowsLeftOut]) -> None:
        """Enter how many rows of deliveries were forgotten so far. To say it again changes nothing."""
        with self.transaction():
            for one in changes:
                known = self._db.execute(
                    "select coalesce(sum(n), 0) as n from finding where delivery_id = ? and check_name = ?",
                    [one.delivery_id, FORGOTTEN],
                ).fetchone()
                gone = one.rows - known["n"]
                self._db.execute(
                    "update delivery set rows_delivered = rows_delivered - ?, rows_accepted = rows_accepted - ? where delivery_id = ?",
                    [gone, gone, one.delivery_id],
                )
                self._db.execute(
                    "delete from finding where delivery_id = ? and check_name = ?", [one.delivery_id, FORGOTTEN]
                )
                self._db.execute(
                    "insert into finding values (?, ?, null, null, ?, 'info')", [one.delivery_id, FORGOTTEN, one.rows]
                )
                self._db.execute("delete from judgement where delivery_id = ?", [one.delivery_id])

    def forgotten_rows(self) -> dict[str, int]:
        """Rows forgotten so far, by delivery."""
        rows = self._db.execute("select delivery_id, n from finding where check_name = ?", [FORGOTTEN])
        return {row["delivery_id"]: int(row["n"]) for row in rows}

    def deliveries(self) -> dict[str, Delivery]:
        """Every delivery by id, in order of arrival."""
        found = {}
        for row in self._db.execute("select * from delivery order by arrival"):
            key = DeliveryKey(
                row["trust_code"], row["extract"], date.fromisoformat(row["reporting_month"]), row["sha256"]
            )
            found[row["delivery_id"]] = Delivery(
                key, row["file_name"], row["version"], row["contract_version"], bool(row["is_accepted"]), row["refusal"],
                row["rows_delivered"], row["rows_accepted"], row["rows_rejected"], date.fromisoformat(row["effect_month"]),
                row["arrival"], row["arrived_at"],
            )  # fmt: skip
        return found

    def taken(self) -> set[str]:
        """Deliveries that need no reading again: all but those refused under another version of their contract."""
        versions = {contract.extract: contract.version for contract in contracts().values()}
        return {
            delivery_id
            for delivery_id, entry in self.deliveries().items()
            if entry.is_accepted or entry.contract_version == versions.get(entry.key.extract)
        }

    def findings(self) -> list[tuple[Any, ...]]:
        rows = self._db.execute(
            "select delivery_id, check_name, column_name, reason_code, n, severity from finding "
            "order by delivery_id, check_name, column_name, reason_code"
        )
        return [tuple(row) for row in rows]

    def finding_lines(self) -> dict[tuple[str, str, str], list[int]]:
        """The first lines of what was found, by delivery, check and column."""
        lines: dict[tuple[str, str, str], list[int]] = {}
        for row in self._db.execute("select * from finding_line order by delivery_id, check_name, column_name, line"):
            lines.setdefault((row["delivery_id"], row["check_name"], row["column_name"]), []).append(row["line"])
        return lines

    def note_versions(self, present: Iterable[Present]) -> None:
        """The same bytes may have come under another name: the highest version and its name stand for the delivery."""
        with self.transaction():
            self._db.executemany(
                "update delivery set file_name = ?1, version = ?2 where delivery_id = ?3 and (version, file_name) < (?2, ?1)",
                [(file.file_name, file.version, file.delivery_id) for file in present],
            )

    # --- which delivery is current ----------------------------------------------------------------------------------------

    def current(self) -> dict[Slot, str]:
        rows = self._db.execute("select * from current_delivery order by 1, 2, 3")
        return {
            Slot(r["trust_code"], r["extract"], date.fromisoformat(r["reporting_month"])): r["delivery_id"]
            for r in rows
        }

    def conflicts(self) -> dict[Slot, str]:
        rows = self._db.execute("select * from conflict order by 1, 2, 3")
        return {Slot(r["trust_code"], r["extract"], date.fromisoformat(r["reporting_month"])): r["files"] for r in rows}

    def withdrawn(self) -> dict[str, str]:
        return {row["sha256"]: row["reason"] for row in self._db.execute("select * from withdrawn order by 1")}

    def settle(
        self,
        present: Sequence[Present],
        withdrawn: dict[str, str],
        in_scope: Callable[[Slot], bool] = lambda slot: True,
    ) -> None:
        """Store which delivery of every month is current, by the rules of `current_delivery`."""
        deliveries, was = self.deliveries(), Standing(self.current(), self.conflicts())
        seen = self.get_state("settled_arrivals") or 0
        newest = max((d.arrival for d in deliveries.values()), default=0)
        now = settled(deliveries, present, withdrawn, was, seen, in_scope)
        if (now, withdrawn, newest) == (was, self.withdrawn(), seen):
            return  # a ledger that says so already is not written
        with self.transaction():
            self._db.execute("delete from current_delivery")
            self._db.executemany(
                "insert into current_delivery values (?, ?, ?, ?)", [(*s.as_row(), d) for s, d in now.current.items()]
            )
            self._db.execute("delete from conflict")
            self._db.executemany(
                "insert into conflict values (?, ?, ?, ?)", [(*s.as_row(), f) for s, f in now.conflicts.items()]
            )
            self._db.execute("delete from withdrawn")
            self._db.executemany("insert into withdrawn values (?, ?)", sorted(withdrawn.items()))
            self.set_state("settled_arrivals", newest)

    # --- what the gate found in deliveries ----------------------------------------------------------------------------

    def judgements(self, code: str) -> dict[str, Any]:
        """Results of checking deliveries under this code, by delivery id."""
        rows = self._db.execute("select delivery_id, document from judgement where code = ?", [code])
        return {row["delivery_id"]: json.loads(row["document"]) for row in rows}

    def judged_against(self, code: str) -> dict[str, int | None]:
        """Rows of the month before that each delivery was checked against under this code, by delivery id."""
        rows = self._db.execute(
            "select delivery_id, json_extract(document, '$.previous_rows') as n from judgement where code = ?", [code]
        )
        return {row["delivery_id"]: row["n"] for row in rows}

    def add_judgement(self, delivery_id: str, code: str, document: Any) -> None:
        self._db.execute("insert or replace into judgement values (?, ?, ?)", [delivery_id, code, json.dumps(document)])

    # --- what the warehouse was last built from ---------------------------------------------------------------------------

    def get_state(self, name: str) -> Any:
        row = self._db.execute("select value from state where name = ?", [name]).fetchone()
        return json.loads(row["value"]) if row else None

    def set_state(self, name: str, value: Any) -> None:
        self._db.execute("insert or replace into state values (?, ?)", [name, json.dumps(value, sort_keys=True)])

    # --- what the warehouse reads -----------------------------------------------------------------------------------------

    def raw_files(self) -> dict[str, dict[int, list[Path]]]:
        """The Parquet files of the current deliveries by extract and version of its contract, oldest month first."""
        deliveries = self.deliveries()
        files: dict[str, dict[int, list[Path]]] = defaultdict(lambda: defaultdict(list))
        for slot, delivery_id in self.current().items():
            delivery = deliveries[delivery_id]
            files[slot.extract][delivery.contract_version].append(self.settings.raw_folder / delivery.key.place / ROWS)
        return {extract: dict(by_version) for extract, by_version in files.items()}

    def quarantine_file(self, delivery: Delivery) -> Path:
        return self.settings.raw_folder / delivery.key.place / QUARANTINE

    def row_counts(self) -> dict[str, tuple[int, int, int]]:
        """Rows of each delivery by its id: delivered, accepted, rejected."""
        return {d.delivery_id: (d.rows_delivered, d.rows_accepted, d.rows_rejected) for d in self.deliveries().values()}

    def status_of(self, delivery: Delivery, current: dict[Slot, str], withdrawn: dict[str, str]) -> str:
        if delivery.key.sha256 in withdrawn:
            return "withdrawn"
        if not delivery.is_accepted:
            return "rejected"
        return "current" if current.get(delivery.slot) == delivery.delivery_id else "replaced"

    def control_rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Rows of the control tables (see `control_tables`), free of clocks and arrival order, sorted."""
        current, withdrawn, deliveries = self.current(), self.withdrawn(), self.deliveries()
        rows = [
            (*d.slot.as_row(), d.delivery_id, d.file_name, d.version, d.key.sha256, d.contract_version,
             self.status_of(d, current, withdrawn), d.rows_delivered, d.rows_accepted, d.rows_rejected)
            for d in deliveries.values()
        ]  # fmt: skip
        trusts = sorted({slot.trust_code for slot in current} | {self.settings.trust_code})
        return {
            "delivery": sorted(rows),
            "delivery_finding": self.findings(),
            "extract_contract": contract_rows(),
            "conflict": [slot.as_row() for slot in self.conflicts()],
            "home_trust": [(trust,) for trust in trusts],
        }


def _file_mark(path: Path) -> str:
    """What a file of landing is recognised by; its name, which may be that of a person, is not kept."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()


def contract_rows() -> list[tuple[Any, ...]]:
    """Rows of the control table `extract_contract`: they follow from the code alone."""
    return [(c.extract, c.kind, c.expected_every_month, c.version, c.rows_about) for c in contracts().values()]
