"""One load, step by step: land, judge each delivery, build, close or open the gate, publish.

Each step takes all it needs from the home (ledger, raw storage, warehouse), so it may run in the command line's process or
in a Dagster run, alone or after the others. Assets and commands stay thin over this class. Nothing here imports Dagster.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.contract import contracts
from ingestion.control_tables import DELIVERY_COLUMNS, ROW_COUNTS
from ingestion.delivery import Delivery
from ingestion.errors import RcwError
from ingestion.identity import check_fingerprint, key_fingerprint, read_key
from ingestion.landing import Landing, look
from ingestion.ledger import Ledger
from ingestion.load import LandResult, land
from ingestion.raw_store import ROWS, raw_folder
from ingestion.researcher_link.decisions import fingerprint, standing_in
from ingestion.settings import Settings, load_settings
from ingestion.suppressed import suppression_fingerprint
from ingestion.vault_retention import identities_from
from orchestration import dbt_home, warehouse
from orchestration.build_result import BuildResult, NodeResult, OnNode
from orchestration.code_identity import VERSION, code_commit, code_fingerprint, judging_fingerprint
from orchestration.deciding import OnPeriod
from orchestration.drafting import Decide, Drafter
from orchestration.landing import OnFile, Scope
from orchestration.load_log import LoadLog
from orchestration.plan import BuildPlan, plan_build
from orchestration.workers import Workers
from publishing.earlier_releases import beside_earlier
from publishing.identity import ReleaseInputs, release_id
from publishing.pointer import current_release
from publishing.policy import load_policy
from publishing.protected import PrivateFolders

if TYPE_CHECKING:
    from publishing.release import Draft


class LoadSession:
    """A home opened for one load. Make it under the run lock if anything is to be written."""

    def __init__(self, settings: Settings | None = None) -> None:
        os.umask(0o077)  # whatever is written belongs to this user alone
        self.settings = settings or load_settings()
        self.key = read_key(self.settings)
        check_fingerprint(self.settings, self.key)
        self.ledger = Ledger(self.settings)
        self.workers = Workers.current()
        self._drafter = Drafter()
        self._on_period: OnPeriod | None = None

    @property
    def log(self) -> LoadLog:
        """The log of the load that runs now; nothing is written where none does."""
        return LoadLog.current()

    def close(self) -> None:
        self.workers.close()
        self._drafter.close()
        self.ledger.close()

    # --- landing ------------------------------------------------------------------------------------------------------

    def look(self) -> Landing:
        return look(self.settings)

    def land(
        self,
        extracts: Collection[str] | None = None,
        months: Collection[date] | None = None,
        on_file: OnFile | None = None,
    ) -> LandResult:
        """Take the new files of some extracts and months, and settle which deliveries are current."""
        self.workers.judges.begin()  # they import what they need meanwhile
        with self.log.step("landing", extracts=sorted(extracts) if extracts is not None else None):
            result = self.workers.lander.finish(self.settings, Scope.of(extracts, months), on_file)
        self.log.deliveries(result)
        return result

    def settle(self, landing: Landing, first: date | None, last: date | None) -> None:
        """Decide again which deliveries are current, without taking any file: a withdrawal or a removed file counts too."""
        months = None
        if first and last:
            months = {f.reporting_month for f in landing.files if first <= f.reporting_month <= last}
        land(self.settings, self.ledger, self.key, landing, months=months, only_known=True)

    # --- the gate's first border ----------------------------------------------------------------------------------------

    def start_judging(self) -> None:
        """Begin to check each current delivery that has not been checked under this code."""
        self.workers.judges.begin()
        deliveries, current = self.ledger.deliveries(), self.ledger.current()
        judged = self.ledger.judged_against(judging_fingerprint())
        previous: dict[tuple[str, str], int] = {}  # rows of the newest earlier month, as (trust, extract)
        for slot in sorted(current):
            delivery, kind = deliveries[current[slot]], (slot.trust_code, slot.extract)
            before = previous.get(kind)
            previous[kind] = delivery.rows_accepted
            if judged.get(delivery.delivery_id, -1) != before:
                self.workers.judges.start(_batch(self.settings, delivery, before))

    def finish_judging(self) -> list[Any]:
        """Wait for the checks that are under way, and keep what they found.

        Returns:
            list of `expectations.result.CheckResult` of the deliveries checked now.
        """
        self.start_judging()
        results = []
        for delivery_id, previous, found in self.workers.judges.finish():
            document = {"previous_rows": previous, "results": [dict(result.as_metadata()) for result in found]}
            self.ledger.add_judgement(delivery_id, judging_fingerprint(), document)
            results += found
        return results

    # --- warehouse ------------------------------------------------------------------------------------------------------

    def plan(self) -> BuildPlan:
        return plan_build(self.settings, self.ledger)

    def prepare(self) -> BuildPlan:
        """Make the `raw` schema follow the ledger; the plan of the build that has to come next."""
        with self.log.step("links and raw views"):
            return warehouse.prepare(self.settings, self.ledger, self.plan())

    def build(self, on_node: OnNode | None = None) -> BuildResult:
        """Build what the plan says, and keep the results for the gate."""
        plan = self.plan()
        if not self._results_file.exists():  # nobody knows what was found of what is left out
            plan = replace(plan, unchanged=frozenset())
        waiting = self.ledger.get_state("gate_from")  # months that no open gate has seen yet
        judged_from = min(plan.from_month, date.fromisoformat(waiting) if waiting else plan.from_month)
        self.workers.decider.begin()  # it imports what it needs meanwhile
        with self.log.step("build"):
            result = self.workers.builder.build(self.settings, plan, judged_from, on_node)
        self.log.write(
            "build",
            from_month=plan.from_month,
            is_full=plan.is_full,
            nodes=len(result.nodes),
            errors=[node.name for node in result.errors],
            failed_tests=[test.name for test in result.tests if test.status in ("fail", "warn", "error")],
            slowest={node.name: node.seconds for node in sorted(result.nodes, key=lambda n: -n.seconds)[:5]},
        )
        if not plan.is_full:
            ran = {node.unique_id for node in result.nodes}
            result.kept = [node for node in self._last_nodes() if node.unique_id not in ran]
        self.ledger.set_state("gate_from", judged_from.isoformat())
        document = {
            "from_month": judged_from.isoformat(),
            "results": [asdict(node) for node in (*result.nodes, *result.kept)],
        }
        self._results_file.write_text(json.dumps(document), encoding="utf-8")
        if not result.errors:
            warehouse.finish(self.ledger)
            self._look_ahead(judged_from)  # while Dagster is told of each table and test
        return result

    def _look_ahead(self, judged_from: date) -> None:
        """Begin to judge the marts, and to write the release that comes of them if the gate opens."""
        file, manifest = self.settings.warehouse_file, dbt_home.manifest_file(self.settings)
        self.workers.judges.start_marts(file, manifest, _loaded_month(judged_from))
        inputs = self.release_inputs()
        if inputs and release_id(inputs) != self.published_id():
            self.workers.decider.start(file, manifest, inputs, self._private_folders)
            self._drafter.start(self._decide, lambda until_decided: self._draft(file, inputs, until_decided))

    def _last_nodes(self) -> list[NodeResult]:
        if not self._results_file.exists():
            return []
        last = json.loads(self._results_file.read_text(encoding="utf-8"))
        return [NodeResult(**node) for node in last["results"]]

    @property
    def _results_file(self) -> Path:
        return dbt_home.dbt_folder(self.settings) / "last_build.json"

    # --- gate -------------------------------------------------------------------------------------------------------------

    def gate(self) -> tuple[Any, Path]:
        """Judge the build as a whole and write the evidence page.

        Returns:
            (`expectations.gate.GateReport`, path of the page)
        """
        from expectations.evidence import write_evidence
        from expectations.gate import CheckResult, DeliveryLine, GateReport, dbt_test_results

        with self.log.step("judging deliveries"):
            self.finish_judging()
        build = json.loads(self._results_file.read_text(encoding="utf-8"))
        manifest = json.loads(dbt_home.manifest_file(self.settings).read_text(encoding="utf-8"))
        from_month = date.fromisoformat(build["from_month"])
        loaded = _loaded_month(from_month)
        results: list[CheckResult] = [CheckResult(**_from_json(found)) for found in self._current_judgements()]
        results += dbt_test_results(build, manifest, loaded)
        results += [
            _broken_model(node) for node in build["results"] if node["status"] == "error" and node["kind"] != "test"
        ]
        if not any(result.border == "dbt" and result.name == "model_could_not_be_built" for result in results):
            if not self.workers.judges.has_marts_under_way:
                warehouse.open_warehouse(self.settings).close()  # says so where another program holds it
                self._look_ahead(from_month)
            with self.log.step("judging marts"):
                results += self.workers.judges.finish_marts()
        deliveries, current, withdrawn = self.ledger.deliveries(), self.ledger.current(), self.ledger.withdrawn()
        lines = tuple(
            DeliveryLine(
                d.key.trust_code, d.key.extract, d.key.reporting_month, d.delivery_id, d.file_name,
                self.ledger.status_of(d, current, withdrawn), d.rows_delivered, d.rows_accepted, d.rows_rejected,
            )
            for d in deliveries.values()
        )  # fmt: skip
        report = GateReport(self.release_id() or "nothing", tuple(results), lines, self.settings.waivers)
        page = write_evidence(report, self.settings.reports_folder)
        summary = {
            "is_closed": report.is_closed,
            "release": report.load_id,
            "message": report.message(),
            "page": str(page),
            "warnings": [dict(warning.as_metadata()) for warning in report.warnings],
        }
        self.ledger.set_state("gate", summary)
        failed = sorted(result.id for result in results if not result.success)
        self.log.write("gate", is_closed=report.is_closed, checks=len(results), failed=failed)
        if not report.is_closed:
            self.ledger.set_state("gate_from", None)
        return report, page

    @property
    def _private_folders(self) -> PrivateFolders:
        return PrivateFolders(self.settings.disclosure_decisions, self.settings.disclosure_reports)

    def _current_judgements(self) -> list[dict[str, Any]]:
        judged = self.ledger.judgements(judging_fingerprint())
        return [found for d in self.ledger.current().values() for found in judged.get(d, {}).get("results", [])]

    # --- release ----------------------------------------------------------------------------------------------------------

    def release_inputs(self) -> ReleaseInputs | None:
        """All that the next release would be made from; None while no month of HR assignments is loaded."""
        control = self.ledger.control_rows()
        months = [slot.reporting_month for slot in self.ledger.current() if slot.extract == "hr_assignments"]
        if not months:
            return None
        inputs = ReleaseInputs(
            deliveries=[_as_document(row) for row in control["delivery"]],
            code_version=VERSION,
            code_fingerprint=code_fingerprint(),
            contract_versions={contract.extract: contract.version for contract in contracts().values()},
            settings={
                "trust_code": self.settings.trust_code,
                "conflicts": ["|".join(row) for row in control["conflict"]],
                "waivers": sorted(self.settings.waivers),
                "report": self.settings.publish_report,
                "link_decisions": fingerprint(standing_in(self.settings)),
                "forgotten": suppression_fingerprint(self.settings),
                "identities_from": identities_from(self.settings, self.ledger),
            },
            key_fingerprint=key_fingerprint(self.key),
            newest_month=f"{max(months):%Y-%m}",
            policy=load_policy(),
        )
        return beside_earlier(inputs, self.settings.release_records) if self.settings.publish_beside_earlier else inputs

    def release_id(self) -> str | None:
        inputs = self.release_inputs()
        return release_id(inputs) if inputs else None

    def published_id(self) -> str | None:
        """The release that is current, or None: also where its folder has gone, so that the next load publishes it again."""
        return current_release(self.settings.published_folder)

    def _decide(self) -> None:
        """Wait until it is decided what the release hides."""

        def tell(done: int, of: int) -> None:
            if self._on_period:
                self._on_period(done, of)

        with self.log.step("deciding what is hidden"):
            self.workers.decider.finish(tell)
        if self.settings.publish_report:
            self.workers.reporter.begin()  # it imports what it needs meanwhile

    def finish_deciding(self, on_period: OnPeriod | None = None) -> None:
        """Wait until it is decided what the release hides, if that is under way.

        Args:
            on_period: told how many periods are decided, of how many.
        """
        if self._drafter.is_under_way:
            self._on_period = on_period
            self._drafter.wait_until_decided()

    def _draft(self, warehouse: Any, inputs: ReleaseInputs, until_decided: Decide = lambda: None) -> Draft:
        from publishing.release import draft

        with self.log.step("writing the release"):  # deciding included, where that is under way
            return draft(
                warehouse,
                dbt_home.manifest_file(self.settings),
                self.settings.published_folder,
                inputs,
                private_folders=self._private_folders,
                begin_report=self.workers.reporter.start,
                until_decided=until_decided,
            )

    def _written(self, inputs: ReleaseInputs) -> Draft:
        """The draft that was begun beside the checks, or one that is written now."""
        if self._drafter.is_under_way:
            found = self._drafter.finish()
            if found.id == release_id(inputs):
                return found
            found.discard()
        with warehouse.open_warehouse(self.settings) as connection:
            return self._draft(connection, inputs)

    def publish(self) -> Any:
        """Write the release, record what it was made from and make it current; then files of older ones may go.

        Returns:
            `publishing.release.Release`

        Raises:
            RcwError: there is nothing to publish.
        """
        from publishing.record import keep_record
        from publishing.release import release as publish_draft
        from publishing.releases import remove_older

        settings = self.settings
        inputs = self.release_inputs()
        if inputs is None:
            raise RcwError("There is nothing to publish: no month of hr_assignments has been loaded.")

        def record(folder: Path) -> None:
            keep_record(
                settings.release_records, folder, self.ledger.findings(), self.ledger.row_counts(), code_commit()
            )

        with self.log.step("publish"):
            release = publish_draft(self._written(inputs), record)
        remove_older(settings.published_folder, settings.release_records, settings.releases_kept)
        self.log.write("release", release=release.id, is_new=release.is_new, rows=sum(release.rows.values()))
        return release


def _loaded_month(from_month: date) -> date | None:
    """The first month that a build wrote; None where it wrote all, or none."""
    return from_month if date(1900, 1, 1) < from_month < date(9999, 1, 1) else None


def _batch(settings: Settings, delivery: Delivery, previous: int | None) -> Any:
    from expectations.gate import DeliveryBatch

    return DeliveryBatch(
        delivery.key.extract, delivery.key.trust_code, delivery.key.reporting_month, delivery.delivery_id, delivery.file_name,
        raw_folder(settings, delivery.key) / ROWS, previous, delivery.rows_delivered, delivery.rows_accepted,
        delivery.rows_rejected, settings.home,
    )  # fmt: skip


def _from_json(found: dict[str, Any]) -> dict[str, Any]:
    month = date.fromisoformat(found["month"]) if found["month"] else None
    return {**found, "month": month, "example_rows": tuple(found["example_rows"])}


def _broken_model(node: dict[str, Any]) -> Any:
    from expectations.gate import CheckResult

    return CheckResult(
        id=f"dbt.{node['name']}.model_could_not_be_built",
        border="dbt",
        table=node["name"],
        month=None,
        name="model_could_not_be_built",
        meaning="A table of the warehouse could not be built, so what follows from it is missing or out of date.",
        severity="blocking",
        success=False,
        observed="dbt reported an error; the log under dbt/logs in the home says where",
        how_to_see=f"dbt build --select {node['name']}",
    )


def _as_document(row: tuple[Any, ...]) -> dict[str, object]:
    return {name: value for name, value in zip(DELIVERY_COLUMNS, row, strict=True) if name not in ROW_COUNTS}
