"""Table `key_change`: what each stored pseudonym becomes. Tables lie in memory and end with the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingestion.identity import bind_key
from ingestion.pseudonymise import (
    assignment_key_sql,
    email_key_sql,
    name_key_sql,
    number_key_sql,
    orcid_key_sql,
    staff_key_sql,
)
from ingestion.stored_keys import key_columns, keys_sql

#: Kinds of text that pseudonyms are made from.
_KEY_SQL: dict[str, Callable[[str], str]] = {
    "staff": staff_key_sql,
    "assignment": assignment_key_sql,
    "number": number_key_sql,
    "email": email_key_sql,
    "orcid": orcid_key_sql,
    "name": name_key_sql,
}
#: Columns whose pseudonyms come from a number, by kind of number.
_NUMBERED = {"staff_key": "staff", "assignment_key": "assignment"}


@dataclass
class KeyChange:
    """Pseudonyms under two keys, side by side. The keys reach DuckDB as bound variables only."""

    connection: duckdb.DuckDBPyConnection
    old_key: bytes
    new_key: bytes
    found: dict[str, int] = field(default_factory=dict)  # where texts were found -> pseudonyms that they explained

    def __post_init__(self) -> None:
        self.connection.execute(
            "create temp table wanted (trust_code varchar, numbered varchar, old varchar primary key, is_stored boolean)"
        )
        self.connection.execute("create temp table key_change (old varchar primary key, new varchar)")

    def want(self, trust_code: str, file: Path) -> None:
        """Add the pseudonyms in a stored file to those that have to change."""
        for column in key_columns(self.connection, file):
            self.connection.execute(
                f"insert or ignore into wanted select distinct ?, ?, key, true from ({keys_sql(file, column)})",
                [trust_code, _NUMBERED.get(column)],
            )

    def want_also(self, keys: Iterable[tuple[str, str | None, str]]) -> None:
        """Add pseudonyms that no stored row bears: (trust, kind of number or None, pseudonym)."""
        listed = list(keys)
        if listed:
            self.connection.executemany("insert or ignore into wanted values (?, ?, ?, false)", listed)

    def trusts(self) -> list[str]:
        return [
            row[0] for row in self.connection.execute("select distinct trust_code from wanted order by 1").fetchall()
        ]

    def missing(self, numbered: str | None = None, trust_code: str | None = None, is_stored: bool | None = None) -> int:
        """Pseudonyms whose text is still unknown: all, or those of a kind of number, of a trust, of stored rows."""
        row = self.connection.execute(
            "select count(*) from wanted anti join key_change using (old) where ($1 is null or numbered = $1) "
            "and ($2 is null or trust_code = $2) and ($3 is null or is_stored = $3)",
            [numbered, trust_code, is_stored],
        ).fetchone()
        assert row is not None
        return int(row[0])

    def learn(self, trust_code: str, where: str, texts_sql: str) -> int:
        """Try the texts of a query (kind, text). Returns how many pseudonyms they explained."""
        db = self.connection
        db.execute("set variable trust_code = ?", [trust_code])
        whens = " ".join(f"when '{kind}' then {make('text')}" for kind, make in _KEY_SQL.items())
        key = f"case kind {whens} end"
        bind_key(db, self.old_key)
        db.execute(
            f"create or replace temp table learnt as select kind, text, old from (select kind, text, {key} as old from "
            f"(select distinct kind, text from ({texts_sql}) where text is not null)) semi join wanted using (old) "
            "anti join key_change using (old)"
        )
        bind_key(db, self.new_key)
        made = db.execute(
            f"insert or ignore into key_change select old, min({key}) from learnt group by old"
        ).fetchone()
        learnt = int(made[0]) if made else 0
        if learnt:
            self.found[where] = self.found.get(where, 0) + learnt
        return learnt

    def carry(self) -> int:
        """Make a new pseudonym from the old one where the text is unknown: the history of a person stays together."""
        db = self.connection
        bind_key(db, self.new_key)
        row = db.execute(
            "insert into key_change select old, pseudonym(trust_code || '|former|' || old) from wanted anti join key_change using (old)"
        ).fetchone()
        return int(row[0]) if row else 0
