"""`rcw synth` and `rcw demo`: a trust that does not exist, and the main job run on it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from rich.table import Table

from ingestion.contract import contracts
from ingestion.errors import RcwError
from ingestion.identity import default_key_file, make_key_file
from ingestion.settings import Settings, load_settings
from orchestration.answers import DONE, month_option
from orchestration.loading import err, load_command, out, plain
from orchestration.progress_display import shown
from publishing.datapackage import rows_of

#: Lies in landing while a synthetic trust is being written, so that a run that was stopped is not taken for a delivery.
_UNFINISHED = ".synthetic-trust-unfinished"


def _faults(texts: list[str]) -> dict[str, float]:
    from synthetic.faults import FAULTS

    found = {}
    for text in texts:
        name, _, rate = text.partition("=")
        if name not in FAULTS:
            raise RcwError(f"{name!r} is no known fault; rcw synth --list-faults names them all.")
        try:
            found[name] = float(rate or 1)
        except ValueError:
            raise RcwError(f"The rate of fault {name} is no number between 0 and 1.") from None
    return found


def _truth_folder(settings: Settings) -> Path:
    return settings.home / "synthetic_truth"


def _is_empty(landing: Path) -> bool:
    """Whether nothing lies in landing but what a load passes over, or a synthetic trust of which the writing was stopped."""
    return (landing / _UNFINISHED).exists() or all(place.name.startswith(".") for place in _content(landing))


def _check_is_empty(landing: Path) -> None:
    if not _is_empty(landing):
        raise RcwError(
            f"{landing} is not empty, and a synthetic trust must not mix with other files. Set RCW_HOME or RCW_LANDING to another "
            "folder, or load what lies there with rcw load."
        )


def _content(landing: Path) -> list[Path]:
    return sorted(landing.iterdir()) if landing.exists() else []


def write_synthetic(
    settings: Settings, staff: int, months: int, first_month: str, seed: int, faults: list[str]
) -> Path:
    """Write the synthetic trust into landing; the truth goes beside it, outside landing.

    Raises:
        RcwError: other files lie in landing.
    """
    from orchestration.progress import Progress
    from synthetic.trust import write_trust

    month_option(first_month)
    landing, truth = settings.landing_folder, _truth_folder(settings)
    _check_is_empty(landing)
    for place in _content(landing):
        if place.is_dir() and place.name in contracts():
            shutil.rmtree(place)  # what an earlier run wrote of it before it was stopped
    landing.mkdir(parents=True, exist_ok=True)
    (landing / _UNFINISHED).touch()
    with shown(err):
        say = Progress.current().say
        write_trust(
            landing,
            trust_code=settings.trust_code,
            staff=staff,
            months=months,
            first_month=first_month,
            seed=seed,
            faults=_faults(faults),
            on_month=lambda month: say("writing", month, 0, 0),
            truth_folder=truth,
        )
    (landing / _UNFINISHED).unlink()
    return truth


def list_faults_command() -> int:
    """Every fault that can be planted: its name, what becomes of it, and where it was seen."""
    from synthetic.faults import FAULTS

    for fault in FAULTS.values():
        out.print(plain(f"{fault.name:28} {fault.outcome:22} {fault.evidence}"))
    return DONE


def synth_command(staff: int, months: int, first_month: str, seed: int, faults: list[str]) -> int:
    settings = load_settings()
    truth = write_synthetic(settings, staff, months, first_month, seed, faults)
    out.print(
        f"Wrote {months} months of a synthetic trust with {staff:,} staff to {settings.landing_folder}; its truth is in {truth}."
    )
    return DONE


def demo_command(staff: int, months: int, seed: int) -> int:
    """The whole product on a synthetic trust. Running it again goes on where it was."""
    settings = load_settings()
    truth = _truth_folder(settings) / "truth.json"
    if _is_empty(settings.landing_folder) or not truth.exists():
        _check_is_empty(settings.landing_folder)
        out.print(f"Making a synthetic trust: {staff:,} staff, {months} months, code {settings.trust_code} ...")
        write_synthetic(settings, staff, months, "2024-04", seed, [])
    else:
        known = json.loads(truth.read_text(encoding="utf-8"))
        if (known["staff"], len(known["months"]), known["seed"]) != (staff, months, seed):
            out.print(
                f"{settings.landing_folder} holds a synthetic trust already (staff {known['staff']:,}, months {len(known['months'])}, "
                f"seed {known['seed']}). It is used as it is; for another one set RCW_HOME to a new folder."
            )
    if settings.pseudonym_key is None and not default_key_file(settings).exists():
        make_key_file(default_key_file(settings))
    code = load_command(None, None, dry_run=False, as_json=False)
    if code == DONE:
        _say_where(settings)
    return code


def _how_to_call_rcw() -> str:
    """`rcw`, or where it lies if the environment is not activated."""
    called = Path(sys.argv[0])
    if shutil.which("rcw") or called.name not in ("rcw", "rcw.exe"):
        return "rcw"
    called = called.absolute()
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)


def _say_where(settings: Settings) -> None:
    current = settings.published_folder / "current"
    table = Table(title="Published tables", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("table")
    table.add_column("rows", justify="right")
    package = json.loads((current / "datapackage.json").read_text(encoding="utf-8"))
    for name, rows in {
        entry["x-table"]: rows_of(entry) for entry in package["resources"] if "x-table" in entry
    }.items():
        table.add_row(name, f"{rows:,}")
    out.print(table)
    out.print(f"\nThe release lies in {current}; the evidence of its checks in {settings.reports_folder / 'evidence'}.")
    rcw = _how_to_call_rcw()
    out.print("\nThree things to try next:")
    out.print(f"  1. {rcw} status                what is loaded, missing or refused, month by month")
    out.print(
        f"  2. open {current / 'report.html'} in a browser, research_culture.duckdb in any SQL or BI tool, the CSV files in Excel"
    )
    out.print(
        f"  3. {rcw} dev                   the Dagster pages on http://localhost:3000: lineage, checks, backfills"
    )
