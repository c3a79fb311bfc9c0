"""`rcw links`: how many R&D people are linked, the queue of those who are not, and the decisions that come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from rich.table import Table

from ingestion.errors import RcwError
from ingestion.identity import check_fingerprint, pseudonym, read_key
from ingestion.ledger import Ledger
from ingestion.researcher_link import rates
from ingestion.researcher_link.decide import Known, decisions_of, read_answers
from ingestion.researcher_link.decisions import append_decisions, decisions_file, standing_in
from ingestion.researcher_link.gather import gather_all
from ingestion.researcher_link.history import link_researchers, still_linked
from ingestion.researcher_link.link import compare, open_bench
from ingestion.researcher_link.review import queue, review_file, write_queue
from ingestion.settings import Settings, load_settings
from ingestion.vault_audit import note_use
from ingestion.vault_retention import names_from
from orchestration.answers import DONE, as_json_text
from orchestration.loading import err, out
from orchestration.run_lock import run_lock
from orchestration.warehouse import delivered_people, links_as_built


@contextmanager
def _compared(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The comparison of all current deliveries under all decisions, as the next load will make it of the newest month."""
    if not settings.ledger_file.exists():
        raise RcwError(
            f"Nothing has been loaded into {settings.home} yet, so there is nobody to link. Run rcw load first."
        )
    ledger = Ledger(settings)
    try:
        delivered, decisions = delivered_people(settings, ledger), standing_in(settings)
        links = links_as_built(settings) or link_researchers(delivered, decisions, names_from=names_from(settings))
        with open_bench() as connection:
            gather_all(connection, delivered)
            compare(connection, decisions, still_linked(links))
            yield connection
    finally:
        ledger.close()


def rates_command(*, as_json: bool) -> int:
    """Counts by profession and by role; no names."""
    settings = load_settings()
    with _compared(settings) as connection:
        by_profession, by_role = rates.by_profession(connection), rates.by_role(connection)
        note_use(settings, "rcw links", "link rates, no names", sum(rate.people for rate in by_role))
        gone = rates.decisions_without_staff(connection)
    if as_json:
        document = {
            "by_profession": [rate.document() for rate in by_profession],
            "by_role": [rate.document() for rate in by_role],
            "decisions_without_staff": gone,
        }
        out.print_json(as_json_text(document))
        return DONE
    for title, found in (("by profession", by_profession), ("by role in R&D", by_role)):
        table = Table(
            "",
            "people",
            "linked",
            "in review",
            "outside",
            "link rate",
            title=f"R&D people {title}",
            title_justify="left",
            box=None,
        )
        for rate in found:
            share = "" if rate.link_rate is None else f"{rate.link_rate:.0f} %"
            table.add_row(rate.group, *map(str, (rate.people, rate.linked, rate.review, rate.outside)), share)
        out.print(table)
    out.print(
        "Link rate: linked, of those who are not outside. In review a candidate likelier than not says the profession."
    )
    if gone:
        out.print(f"{gone} decisions name a member of staff whom HR no longer has; these people are in review.")
    return DONE


def review_command(file: Path | None, *, with_linked: bool) -> int:
    """Write the queue; by default into the vault."""
    settings = load_settings()
    place = (file or review_file(settings)).expanduser().absolute()
    with run_lock(settings), _compared(settings) as connection:
        rows = queue(connection, with_linked)
        write_queue(place, rows, standing_in(settings))
        note_use(settings, "rcw links --review", "review queue with names", len({row[:2] for row in rows}))
    if not place.is_relative_to(settings.vault_folder):
        err.print(
            "[bold]The queue holds names[/bold] and lies outside the vault: keep it where only R&D can read it, and delete it when it "
            "is done."
        )
    people = len({row[:2] for row in rows})
    out.print(
        f"{people} R&D people to decide on, in {place}. Fill in decision (same, different, outside) and reason, then: "
        f"rcw links --decide {place}"
    )
    return DONE


def decide_command(file: Path, decided_by: str | None, *, as_json: bool) -> int:
    """Take over the decisions of a queue."""
    settings = load_settings()
    with run_lock(settings):
        key = read_key(settings)
        check_fingerprint(settings, key)
        answers = read_answers(file.expanduser())
        with _compared(settings) as connection:
            known = Known(
                settings.trust_code,
                frozenset(
                    connection.execute(
                        "select distinct trust_code, researcher_key from researcher_delivered"
                    ).fetchall()
                ),
                frozenset(connection.execute("select distinct trust_code, staff_key from staff_delivered").fetchall()),
                lambda trust, number: pseudonym(key, f"{trust}|{number}"),
            )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        new, stood = decisions_of(answers, known, standing_in(settings), now, decided_by)
        if new:
            append_decisions(decisions_file(settings), new)
        note_use(settings, "rcw links --decide", "decisions recorded", len(new))
    counts = {word: sum(d.decision == word for d in new) for word in ("same", "different", "outside")}
    if as_json:
        out.print_json(as_json_text({"recorded": counts, "stood_already": stood}))
        return DONE
    listed = ", ".join(f"{n} {word}" for word, n in counts.items() if n)
    if new:
        what = f"{len(new)} decision{'s' if len(new) > 1 else ''}"
        out.print(f"Recorded {what} ({listed}), which the next rcw load follows.")
    else:
        out.print("There is no new decision in the file.")
    if stood:
        out.print(f"{stood} stood already.")
    return DONE
