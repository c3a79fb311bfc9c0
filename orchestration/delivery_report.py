"""What a load says of each delivery that it took: refused, rejected rows, what was noticed, and drift with the edit to make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingestion.contract import contracts
from ingestion.delivery import Delivery
from ingestion.drift import Drift, drift_of
from ingestion.explain import noticed, read_problems, rejected_rows
from ingestion.judge import counts_people
from ingestion.ledger import Ledger
from ingestion.places import place
from ingestion.question_drift import question_drift_of
from ingestion.settings import Settings

_DELIVERIES_SHOWN = 20


@dataclass(frozen=True)
class DeliveryReport:
    """All that is to be said of the deliveries of one load. Texts name files, lines and columns, never a value of a person."""

    refused: dict[str, str] = field(default_factory=dict)  # place -> why
    rejected: dict[str, str] = field(default_factory=dict)  # place of an accepted delivery -> how many rows
    rows: dict[str, list[str]] = field(default_factory=dict)  # place -> its rejected rows in words
    noticed: list[str] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)

    def as_document(self) -> dict[str, Any]:
        return {
            "refused": list(self.refused.values()),
            "rejected_rows": self.rows,
            "noticed": self.noticed,
            "drift": [
                {"extract": d.extract, "files": list(d.files), "what": d.what, "suggested_edit": d.edit}
                for d in self.drift
            ],
        }


def report_on(settings: Settings, ledger: Ledger, loaded: Sequence[Delivery]) -> DeliveryReport:
    """What is to be said of the deliveries that one load took."""
    findings = ledger.findings()
    rows = {}
    for delivery in loaded:
        file = ledger.quarantine_file(delivery)
        if delivery.rows_rejected and file.exists():
            rows[place(settings, delivery)] = rejected_rows(delivery, [problem for _, problem in read_problems([file])])
    return DeliveryReport(
        refused={place(settings, d): f"{place(settings, d)}: {d.refusal}" for d in loaded if not d.is_accepted},
        rejected={
            place(
                settings, d
            ): f"{d.rows_rejected:,} of {d.rows_delivered:,} in {place(settings, d)} (rcw quarantine {d.key.extract} "
            f"--month {d.key.reporting_month:%Y-%m})"
            for d in loaded
            if d.is_accepted and d.rows_rejected
        },
        rows=rows,
        noticed=_noticed(settings, loaded, findings, ledger.finding_lines())
        + _same_bytes(settings, ledger.deliveries().values(), loaded)
        + _emptied(settings, ledger.deliveries().values(), loaded),
        drift=[
            *drift_of(settings, ledger.deliveries(), findings, loaded),
            *question_drift_of(settings, ledger.deliveries(), loaded),
        ],
    )


def _noticed(
    settings: Settings,
    loaded: Sequence[Delivery],
    findings: Sequence[tuple[Any, ...]],
    lines_of: Mapping[tuple[str, str, str], Sequence[int]],
) -> list[str]:
    """One sentence for each extract, check and column, with the first file and how many more; lines are those of the first."""
    by_id = {delivery.delivery_id: delivery for delivery in loaded}
    found: dict[tuple[str, str, str | None], dict[str, tuple[int, Sequence[int]]]] = defaultdict(dict)
    for delivery_id, check, column, _, n, _ in findings:
        if delivery_id in by_id:
            lines = lines_of.get((delivery_id, check, column), ())
            found[by_id[delivery_id].key.extract, check, column][place(settings, by_id[delivery_id])] = n, lines
    said = []
    for (extract, check, column), files in sorted(found.items(), key=str):
        _, lines = files[min(files)]
        n = files[min(files)][0] if lines else sum(n for n, _ in files.values())
        if sentence := noticed(extract, check, column, n, lines):
            more = f" (and {len(files) - 1} more)" if len(files) > 1 else ""
            said.append(f"{min(files)}{more}: {sentence}")
    return said


def _same_bytes(settings: Settings, deliveries: Iterable[Delivery], loaded: Sequence[Delivery]) -> list[str]:
    """Files that are byte for byte another month's, where two months are never alike: one of them is most likely misnamed.

    Lists that change seldom (establishment, projects, references) may well be the same in two months.
    """
    by_content: dict[tuple[str, str, str], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.is_accepted and delivery.rows_accepted:
            by_content[delivery.key.trust_code, delivery.key.extract, delivery.key.sha256].append(delivery)
    said = []
    for delivery in loaded:
        contract, key = contracts()[delivery.key.extract], delivery.key
        alike = [one for one in by_content[key.trust_code, key.extract, key.sha256] if one.key != key]
        if alike and (contract.kind == "events" or counts_people(contract)):
            said.append(
                f"{place(settings, delivery)}: the file is byte for byte that of {min(one.key.reporting_month for one in alike):%Y-%m}; if one of "
                "them bears the wrong month, deliver the right file as _v2"
            )
    return sorted(said)


def _emptied(settings: Settings, deliveries: Iterable[Delivery], loaded: Sequence[Delivery]) -> list[str]:
    """Files of events without rows of a month that had some: nothing happened after all, or the export failed.

    Of other extracts a file without rows is said whatever was before it.
    """
    had_rows = {d.slot: d for d in deliveries if d.is_accepted and d.rows_accepted}
    return sorted(
        f"{place(settings, d)}: the file has a header but no rows, and the month had {had_rows[d.slot].rows_accepted:,} in "
        f"{had_rows[d.slot].file_name}; it was taken to say that {contracts()[d.key.extract].empty_means}; if that is wrong, deliver the "
        "rows with a higher version"
        for d in loaded
        if d.is_accepted and not d.rows_delivered and d.slot in had_rows and contracts()[d.key.extract].kind == "events"
    )


def lines_of(report: DeliveryReport) -> list[tuple[str, str]]:
    """(heading, text) of each line for the screen; a line without heading belongs to the one above it."""
    lines: list[tuple[str, str]] = []
    for kind, texts in (("Refused", report.refused), ("Rejected rows", report.rejected)):
        for name, text in list(texts.items())[:_DELIVERIES_SHOWN]:
            lines += [(kind, text), *(("", row) for row in report.rows.get(name, []))]
        if len(texts) > _DELIVERIES_SHOWN:
            lines.append((kind, f"{len(texts) - _DELIVERIES_SHOWN} more deliveries; rcw status lists them"))
    lines += [("Noticed", text) for text in report.noticed]
    for drift in report.drift:
        lines.append(("Drift", drift.sentence()))
        if drift.edit:
            lines.append(("", f"in ingestion/contracts/{drift.extract}.yml, with a higher version:"))
            lines += [("", f"  {line}") for line in drift.edit.splitlines()]
    return lines
