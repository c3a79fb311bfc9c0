"""Commands that only look at deliveries: status and quarantine. They change nothing and need no lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta

from rich.table import Table

from ingestion.contract import contracts
from ingestion.delivery import Delivery, Slot
from ingestion.errors import RcwError
from ingestion.ledger import Ledger
from ingestion.places import place, shelf
from ingestion.settings import Settings, load_settings
from orchestration.answers import DONE, as_json_text
from orchestration.lateness import late_deliveries
from orchestration.loading import out, plain
from orchestration.plain_table import plain_table
from publishing.pointer import current_release
from publishing.releases import releases_by_delivery


def _open(settings: Settings) -> Ledger:
    if not settings.ledger_file.exists():
        raise RcwError(
            f"Nothing has been loaded into {settings.home} yet. Run rcw load (or rcw demo for a synthetic trust)."
        )
    return Ledger(settings)


def status_command(*, as_json: bool) -> int:
    """A grid of extract by month, and every delivery that is refused, in conflict or replaced."""
    settings = load_settings()
    ledger = _open(settings)
    try:
        deliveries, current, withdrawn = ledger.deliveries(), ledger.current(), ledger.withdrawn()
        conflicts, gate = ledger.conflicts(), ledger.get_state("gate") or {}
        statuses = {d.delivery_id: ledger.status_of(d, current, withdrawn) for d in deliveries.values()}
        statuses |= {d.delivery_id: "conflict" for d in deliveries.values() if _is_in_conflict(d, statuses, conflicts)}
        late = late_deliveries(ledger, datetime.now(UTC).date())
    finally:
        ledger.close()
    used_by = releases_by_delivery(settings.release_records)
    document = {
        "release": current_release(settings.published_folder),
        "gate_is_closed": bool(gate.get("is_closed")),
        "deliveries": [
            {
                "trust_code": d.key.trust_code, "extract": d.key.extract, "month": f"{d.key.reporting_month:%Y-%m}",
                "file": d.file_name, "version": d.version, "status": statuses[d.delivery_id], "arrived_at": d.arrived_at,
                "arrival": d.arrival, "rows_delivered": d.rows_delivered, "rows_rejected": d.rows_rejected, "refusal": d.refusal,
                "releases": used_by.get(d.delivery_id, []),
            }
            for d in deliveries.values()
        ],
        "late": [
            {"trust_code": one.trust_code, "extract": one.extract, "month": f"{one.reporting_month:%Y-%m}"} for one in late
        ],
        "conflicts": [f"{shelf(settings, s)} {s.reporting_month:%Y-%m}: {files}" for s, files in conflicts.items()],
    }  # fmt: skip
    if as_json:
        out.print_json(as_json_text(document))
        return DONE
    months = _every_month(
        {slot.reporting_month for slot in current} | {d.key.reporting_month for d in deliveries.values()}
    )
    by_cell: dict[Slot, list[str]] = {}
    for d in deliveries.values():
        by_cell.setdefault(d.slot, []).append(statuses[d.delivery_id])
    trusts = sorted({slot.trust_code for slot in (*by_cell, *conflicts)} or {settings.trust_code})
    out.print(f"Home {settings.home}; release {document['release'] or 'none yet'}")
    for trust_code in trusts:
        heading = f"{trust_code}, " if len(trusts) > 1 else ""
        for year_start in range(0, len(months), 12):
            out.print(_grid(trust_code, heading, months[year_start : year_start + 12], by_cell, set(conflicts)))
    out.print(
        "+ current   R refused, nothing current   W withdrawn, nothing current   ! conflict   · expected but missing   "
        "(blank: not expected monthly)"
    )
    for d in deliveries.values():
        if statuses[d.delivery_id] != "current":
            reason = d.refusal or {
                "replaced": "a later delivery took its place",
                "conflict": "another file bears the same version and differs; give the right one a higher version (_v2)",
                "withdrawn": withdrawn.get(d.key.sha256, ""),
            }.get(statuses[d.delivery_id], "")
            text = f"{statuses[d.delivery_id]:9} {place(settings, d)}: {reason}"
            out.print(plain(text))
    for conflict in document["conflicts"]:  # type: ignore[union-attr]
        out.print(plain(f"conflict  {conflict}"))
    if late:
        newest = max(one.reporting_month for one in late)
        names = ", ".join(sorted({one.extract for one in late if one.reporting_month == newest}))
        more = (
            f"; and {len(late)} in all (--json lists them)" if any(one.reporting_month < newest for one in late) else ""
        )
        out.print(f"late      {newest:%Y-%m}: {names}{more}")
    if gate.get("is_closed"):
        out.print(plain(gate["message"]))
    return DONE


def _every_month(delivered: Collection[date]) -> list[date]:
    """From the first month delivered to the last, those in which nothing came too: a gap is to be seen."""
    if not delivered:
        return []
    months = [min(delivered)]
    while months[-1] < max(delivered):
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    return months


def _is_in_conflict(delivery: Delivery, statuses: Mapping[str, str], conflicts: Mapping[Slot, str]) -> bool:
    """Whether a delivery is not current because another of its month bears the same version."""
    files = conflicts.get(delivery.slot, "").split(", ")
    return statuses[delivery.delivery_id] == "replaced" and delivery.file_name in files


def _grid(
    trust_code: str, heading: str, months: list[date], by_cell: Mapping[Slot, list[str]], conflicts: Collection[Slot]
) -> Table:
    title = f"{heading}{months[0]:%Y-%m} to {months[-1]:%Y-%m}"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("extract", no_wrap=True)
    for month in months:
        table.add_column(f"{month:%m}", justify="center", no_wrap=True)
    for contract in contracts().values():
        cells = []
        for month in months:
            slot = Slot(trust_code, contract.extract, month)
            found = Counter(by_cell.get(slot, []))
            if slot in conflicts:
                cells.append("!")
            elif found["current"]:
                cells.append("+")
            elif found["rejected"]:
                cells.append("R")
            elif found["withdrawn"]:
                cells.append("W")
            else:
                cells.append("·" if contract.expected_every_month else "")
        table.add_row(contract.extract, *cells)
    return table


def quarantine_command(extract: str, month: date | None, limit: int, *, as_json: bool) -> int:
    """Problems of the deliveries of an extract, oldest month first."""
    from ingestion.explain import expectation, label, read_problems

    if extract not in contracts():
        raise RcwError(f"{extract!r} is no extract; known are {', '.join(contracts())}.")
    settings = load_settings()
    ledger = _open(settings)
    try:
        found = [
            d
            for d in ledger.deliveries().values()
            if d.key.extract == extract and (month in (None, d.key.reporting_month))
        ]
        files = [(_file(settings, d), ledger.quarantine_file(d)) for d in found]
    finally:
        ledger.close()
    contract = contracts()[extract]
    names = ("file", "line", "column", "reason", "masked_value", "expected", "looks_like_leaver")
    rows = [
        (
            file, p.line, label(contract, p.column) if p.column else None, p.reason, p.masked_value,
            expectation(contract, p.column, p.reason), p.looks_like_leaver,
        )
        for file, quarantine in sorted(files) if quarantine.exists()
        for _, p in read_problems([quarantine], limit)
    ][:limit]  # fmt: skip
    if as_json:
        out.print_json(as_json_text([dict(zip(names, row, strict=True)) for row in rows]))
        return DONE
    if rows:
        out.print(plain(plain_table(names, [[_cell(value) for value in row] for row in rows])))
    else:
        out.print(f"No row of {extract} is in quarantine.")
    return DONE


def _file(settings: Settings, delivery: Delivery) -> str:
    """A file of an extract that is named already: of another trust it is named with its folders."""
    return delivery.file_name if delivery.key.trust_code == settings.trust_code else place(settings, delivery)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)
