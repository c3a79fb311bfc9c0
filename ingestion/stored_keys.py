"""The pseudonyms in a stored file, and the same file with other pseudonyms or without some people.

Columns are told by their names, which are the same in raw storage and in the vault, in every extract and every version of
a contract. A row that bears a person's key is about that person and can go; a study or an output that merely names them
stays, without the name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.contract import Contract
from ingestion.pseudonymise import listed_names_sql
from ingestion.raw_views import quote

#: Whom a row is about.
_ABOUT = ("staff_key", "researcher_key")
_NAMED = "principal_investigator_key"
_OTHERS = ("assignment_key", "researcher_name_key", _NAMED)
#: Several in a cell: joined by semicolons in raw storage, a list in the vault.
_JOINED, _LISTED = "author_keys", "researcher_keys"


@dataclass(frozen=True)
class LeftOut:
    """What went from a file: rows about people, and rows that stay but named them."""

    rows: int
    mentions: int

    def __bool__(self) -> bool:
        return bool(self.rows or self.mentions)


def _columns(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    return connection.read_parquet(file.as_posix(), hive_partitioning=False).columns


def key_columns(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    """Columns of a file that hold pseudonyms of people."""
    held = _columns(connection, file)
    return [name for name in (*_ABOUT, *_OTHERS, _JOINED, _LISTED) if name in held]


def _source(file: Path) -> str:
    return f"read_parquet({quote(file.as_posix())}, hive_partitioning = false, file_row_number = true)"


def _places_sql(column: str) -> str:
    return f"string_split({column}, ';')" if column == _JOINED else column


def keys_sql(file: Path, column: str) -> str:
    """Query for the pseudonyms in a column, as `key`."""
    key = f"unnest({_places_sql(column)})" if column in (_JOINED, _LISTED) else column
    return f"select key from (select {key} as key from {_source(file)}) where key <> ''"


def write_with_other_keys(connection: duckdb.DuckDBPyConnection, file: Path, to: Path) -> None:
    """The file with every pseudonym replaced by what table `key_change` (old, new) says."""
    joins, made = [], []
    for column in key_columns(connection, file):
        if column in (_JOINED, _LISTED):
            together = "string_agg(coalesce(new, ''), ';' order by i)" if column == _JOINED else "list(new order by i)"
            places = _places_sql(column)
            joins.append(
                f"left join (select place, {together} as new from (select file_row_number as place, unnest({places}) as old, "
                f"generate_subscripts({places}, 1) as i from {_source(file)}) left join key_change using (old) group by place) "
                f"as of_{column} on file_row_number = of_{column}.place"
            )
        else:
            joins.append(f"left join key_change as of_{column} on {column} = of_{column}.old")
        made.append(f"of_{column}.new as {column}")
    _write(connection, file, to, made, " ".join(joins))


def _is_leaving(column: str) -> str:
    return f"coalesce({column} in (select unnest(getvariable('leaving'))), false)"


def write_without_people(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract | None,
    file: Path,
    keys: Collection[str],
    to: Path | None,
) -> LeftOut:
    """The file without those who bear the keys. Where it knows none of them nothing is written; without `to`, they are counted."""
    connection.execute("set variable leaving = ?", [sorted(keys)])
    held = _columns(connection, file)
    columns = [column for column in contract.columns if column.name in held] if contract else []
    gone = " or ".join(_is_leaving(column) for column in _ABOUT if column in held) or "false"
    made, named = [], []
    if _NAMED in held:
        texts = [column.name for column in columns if column.pii == "investigator"]
        made += [f"case when not {_is_leaving(_NAMED)} then {name} end as {name}" for name in (_NAMED, *texts)]
        named.append(_is_leaving(_NAMED))
    if _JOINED in held:
        stays = "lambda key: case when list_contains(getvariable('leaving'), key) then '' else key end"
        made.append(f"array_to_string(list_transform({_places_sql(_JOINED)}, {stays}), ';') as {_JOINED}")
        named.append(f"list_has_any({_places_sql(_JOINED)}, getvariable('leaving'))")
    if _LISTED in held:
        is_named = f"coalesce(list_has_any({_LISTED}, getvariable('leaving')), false)"
        made.append(f"list_filter({_LISTED}, lambda key: not list_contains(getvariable('leaving'), key)) as {_LISTED}")
        for name in (column.name for column in columns if column.pii == "researcher_list"):
            stays = f"lambda name, i: not list_contains(getvariable('leaving'), {_LISTED}[i])"
            rest = f"array_to_string(list_filter({listed_names_sql(name)}, {stays}), '; ')"
            made.append(f"case when {is_named} then {rest} else {name} end as {name}")
        named.append(is_named)
    is_named = " or ".join(named) or "false"
    row = connection.execute(
        f"select count(*) filter ({gone}), count(*) filter (not ({gone}) and ({is_named})) from {_source(file)}"
    ).fetchone()
    assert row is not None
    left_out = LeftOut(int(row[0]), int(row[1]))
    if left_out and to:
        _write(connection, file, to, made, f"where not ({gone})")
    return left_out


def _write(connection: duckdb.DuckDBPyConnection, file: Path, to: Path, made: list[str], rest: str) -> None:
    replaced = f" replace ({', '.join(made)})" if made else ""
    connection.execute(
        f"copy (select stored.* exclude (file_row_number){replaced} from {_source(file)} as stored {rest} order by file_row_number) "
        f"to {quote(to.as_posix())} (format parquet, compression zstd)"
    )
    to.chmod(0o600)
