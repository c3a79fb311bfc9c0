"""A release made again from raw storage, aside: the warehouse, the ledger and what is published stay as they are.

All that it was made from is taken from its record, so a rebuild asks for the same code and the same raw storage, and for
nothing else: settings and policy are those of the record.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.control_tables import DELIVERY_COLUMNS, ROW_COUNTS
from ingestion.errors import RcwError
from ingestion.identity import check_fingerprint, default_key_file, read_key
from ingestion.ledger import Ledger, contract_rows
from ingestion.raw_store import ROWS, DeliveryKey, raw_folder
from ingestion.raw_views import create_control_tables, create_raw_views
from ingestion.researcher_link.decisions import Standing, decisions_file, fingerprint, read_decisions, standing
from ingestion.researcher_link.history import link_researchers
from ingestion.settings import Settings
from ingestion.suppressed import suppression_fingerprint
from ingestion.vault_audit import note_use
from ingestion.vault_retention import EVERYTHING, names_from, purged_before
from orchestration import dbt_home, warehouse
from orchestration.code_identity import VERSION, code_fingerprint
from orchestration.plan import FULL_BUILD
from orchestration.progress import Progress
from publishing.datapackage import read_datapackage, recorded_inputs
from publishing.disclosure.ledger import copy_memory, no_longer_known
from publishing.earlier_releases import beside_of
from publishing.errors import PublishingError
from publishing.identity import ReleaseInputs, release_id
from publishing.pointer import RELEASES
from publishing.record import ReleaseRecord, read_record


class CannotRebuild(RcwError):
    """What a release was made from is not all there."""

    exit_code = 1


def record_of(settings: Settings, release: str) -> ReleaseRecord:
    """What a release was made from: its record, or where that has gone its own manifest and the ledger.

    Raises:
        RcwError: neither can be read.
    """
    record = read_record(settings.release_records, release)
    if record is None:
        document = read_datapackage(settings.published_folder / RELEASES / release)
        if document is None or not settings.ledger_file.exists():
            raise RcwError(
                f"Of release {release} neither the record ({settings.release_records}) nor the manifest can be read, so "
                "nothing says what it was made from. Put back a copy of either."
            )
        inputs = recorded_inputs(document)
        known = {delivery["delivery_id"] for delivery in inputs["deliveries"]}
        ledger = Ledger(settings)
        try:
            findings = [finding for finding in ledger.findings() if finding[0] in known]
            rows = {delivery: counts for delivery, counts in ledger.row_counts().items() if delivery in known}
        finally:
            ledger.close()
        record = ReleaseRecord(release, inputs, findings, {}, delivered=rows)
    _check_record(record)
    return record


def _check_record(record: ReleaseRecord) -> None:
    try:
        named = release_id(ReleaseInputs.from_document(record.inputs))
    except (KeyError, TypeError, AttributeError, PublishingError):
        named = "none"
    if named != record.id:
        raise RcwError(
            f"The record of release {record.id} has been changed: what it says gives release {named}. Put back a copy of it."
        )


def deliveries_of(record: ReleaseRecord) -> list[DeliveryKey]:
    """The deliveries whose rows went into the release, sorted by trust, extract and month."""
    return [
        DeliveryKey(d["trust_code"], d["extract"], date.fromisoformat(d["reporting_month"]), d["sha256"])
        for d in sorted(record.deliveries, key=lambda d: (d["trust_code"], d["extract"], d["reporting_month"]))
        if d["status"] == "current"
    ]


def decisions_of(settings: Settings, record: ReleaseRecord) -> list[Standing] | None:
    """The decisions about links that stood when the release was made; None where the file no longer holds them.

    The file is only ever appended to, so they are what stood after some line of it.
    """
    wanted, made = record.inputs["settings"]["link_decisions"], read_decisions(decisions_file(settings))
    for lines in range(len(made), -1, -1):
        stood = standing(made[:lines])
        if fingerprint(stood) == wanted:
            return stood
    return None


def obstacles(settings: Settings, record: ReleaseRecord) -> list[str]:
    """What stands in the way of making the release again, and what to do about each; none if it can be tried."""
    inputs, found = record.inputs, []
    if (inputs["code_version"], inputs["code_fingerprint"]) != (VERSION, code_fingerprint()):
        commit = f"git checkout {record.commit}" if record.commit else "check out the commit of that time"
        found.append(
            f"Code: it was made by version {inputs['code_version']} (fingerprint {inputs['code_fingerprint']}), this is "
            f"{VERSION} ({code_fingerprint()}). In another clone: {commit}, make env, and the same command with this "
            "RCW_HOME; do not load with the old code."
        )
    file = settings.vault_folder / "key.fingerprint"
    kept = file.read_text(encoding="ascii").strip() if file.exists() else "none"
    if inputs["key_fingerprint"] != kept:
        found.append(
            f"Key: it was made with the pseudonym key of fingerprint {inputs['key_fingerprint']}, raw storage here with "
            f"{kept}. Use the home of that key, or load its landing files into a new RCW_HOME with that key."
        )
    if decisions_of(settings, record) is None:
        found.append(
            f"Decisions about links: {decisions_file(settings)} no longer holds those that stood then (fingerprint "
            f"{inputs['settings']['link_decisions']}). Put back a copy of the file."
        )
    if inputs["settings"].get("forgotten", "none") != suppression_fingerprint(settings):
        found.append(
            "People: rcw forget has removed somebody from raw storage since, for good. The release stays as it was published, and "
            "cannot be made again."
        )
    if purged_before(settings) != inputs["settings"].get("identities_from", EVERYTHING):
        found.append(
            f"Vault: names of months before {purged_before(settings)} were purged by RCW_VAULT_RETENTION_MONTHS since, and links may have "
            "followed from them. The release stays as it was published."
        )
    files = {d["delivery_id"]: f"{d['extract']}/{d['file_name']}" for d in record.deliveries}
    if unknown := no_longer_known(settings.disclosure_decisions, inputs["settings"].get("beside", ())):
        found.append(
            f"Disclosure control: it was protected beside earlier releases, and what {', '.join(unknown)} showed is no longer known in "
            f"{settings.disclosure_decisions}. Put back a copy of the folder. The release stays as it was published."
        )
    missing = [key for key in deliveries_of(record) if not (raw_folder(settings, key) / ROWS).is_file()]
    if missing:
        named = ", ".join(f"{files[key.delivery_id]} (delivery {key.delivery_id})" for key in missing[:10])
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        found.append(
            f"Raw storage: {len(missing)} of {len(deliveries_of(record))} deliveries are not in {settings.raw_folder}: "
            f"{named}{more}. Put back a copy of raw/, or load these files into a new RCW_HOME with the same key and copy "
            f"releases/{record.id}.json there."
        )
    return found


def check_can_rebuild(settings: Settings, record: ReleaseRecord) -> None:
    """Raise what stands in the way of a rebuild.

    Raises:
        CannotRebuild: code, key, decisions or raw storage are not those of the release; all differences are named.
        RcwError: a key is given that is not this home's.
    """
    if settings.pseudonym_key is not None or default_key_file(settings).is_file():  # a rebuild itself needs no key
        check_fingerprint(settings, read_key(settings))
    found = obstacles(settings, record)
    if found:
        listed = "".join(f"\n  - {obstacle}" for obstacle in found)
        raise CannotRebuild(
            f"Release {record.id} cannot be made again here, because not all that it was made from is here.{listed}\n"
            "Nothing was changed."
        )


def control_rows_of(settings: Settings, record: ReleaseRecord) -> dict[str, list[Any]]:
    """Rows of the control tables as they were for the release.

    Raises:
        RcwError: the record lacks the rows of a delivery.
    """
    if any(delivery["delivery_id"] not in record.delivered for delivery in record.deliveries):
        raise RcwError(
            f"The record of release {record.id} no longer says how many rows each of its files has. Put back a copy of it."
        )
    current, inputs = deliveries_of(record), record.inputs
    trusts = sorted({key.trust_code for key in current} | {inputs["settings"]["trust_code"]})
    links = link_researchers(
        warehouse.people_delivered_in(settings, current),
        decisions_of(settings, record) or [],
        names_from=names_from(settings),
    )
    people = len({link.person for link in links})
    note_use(settings, "rcw rebuild", f"linking R&D people to staff as in release {record.id}", people)
    return {
        "delivery": sorted(
            (*(d[name] for name in DELIVERY_COLUMNS if name not in ROW_COUNTS), *record.delivered[d["delivery_id"]])
            for d in record.deliveries
        ),
        "delivery_finding": list(record.findings),
        "extract_contract": contract_rows(),
        "conflict": [tuple(slot.split("|")) for slot in inputs["settings"]["conflicts"]],
        "home_trust": [(trust,) for trust in trusts],
        "researcher_link": [astuple(link) for link in links],
    }


@contextmanager
def rebuilt(settings: Settings, record: ReleaseRecord) -> Iterator[Path]:
    """The folder of the release, made again aside; it is gone after the block. Hold the run lock.

    Raises:
        CannotRebuild: see `check_can_rebuild`; or a table could not be built.
    """
    check_can_rebuild(settings, record)
    shutil.rmtree(settings.rebuild_folder, ignore_errors=True)  # what a killed rebuild left
    aside = settings.model_copy(update={"home": settings.rebuild_folder / record.id})
    aside.home.mkdir(parents=True, mode=0o700)
    try:
        yield _rebuild(settings, aside, record)
    finally:
        shutil.rmtree(settings.rebuild_folder, ignore_errors=True)


def _rebuild(settings: Settings, aside: Settings, record: ReleaseRecord) -> Path:
    from publishing.protected import PrivateFolders
    from publishing.release import publish

    say = Progress.current().say
    say("rebuilding", "raw views and links", 0, 0)
    _take_manifest(settings, aside)
    versions = {d["delivery_id"]: int(d["contract_version"]) for d in record.deliveries}
    files: dict[str, dict[int, list[Path]]] = {}
    for key in deliveries_of(record):
        of_version = files.setdefault(key.extract, {}).setdefault(versions[key.delivery_id], [])
        of_version.append(raw_folder(settings, key) / ROWS)
    with warehouse.open_warehouse(aside) as connection:
        create_raw_views(connection, files)
        create_control_tables(connection, control_rows_of(settings, record))
    manifest = dbt_home.ensure_manifest(aside)
    result = warehouse.build(
        aside,
        FULL_BUILD,
        FULL_BUILD.from_month,
        lambda node, done, of: say("rebuilding", node, done, of),
        with_tests=False,
        is_last=True,
    )
    if result.errors:
        names = ", ".join(node.name for node in result.errors)
        raise CannotRebuild(f"Release {record.id} could not be made again: {names} could not be built.")
    say("rebuilding", "files", 0, 0)
    with warehouse.open_warehouse(aside) as connection:
        inputs = ReleaseInputs.from_document(record.inputs)
        # What is hidden is decided anew. What earlier releases showed, where it is protected beside them, this home's ledger knows.
        copy_memory(settings.disclosure_decisions, beside_of(inputs), aside.disclosure_decisions)
        private = PrivateFolders(aside.disclosure_decisions, aside.disclosure_reports)
        return publish(connection, manifest, aside.published_folder, inputs, private_folders=private).folder


def _take_manifest(settings: Settings, aside: Settings) -> None:
    """Spare a parse of the dbt project where the home has the manifest of this very code."""
    stamp, manifest = dbt_home.dbt_folder(settings) / "code", dbt_home.manifest_file(settings)
    if stamp.exists() and manifest.exists() and stamp.read_text() == code_fingerprint():
        dbt_home.manifest_file(aside).parent.mkdir(parents=True, mode=0o700)
        shutil.copyfile(manifest, dbt_home.manifest_file(aside))
        shutil.copyfile(stamp, dbt_home.dbt_folder(aside) / "code")
