"""`rcw synth` and `rcw demo`: a trust that does not exist, and the main job run on it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from rich.table import Table

from ingestion.errors import RcwError
from ingestion.identity import default_key_file, make_key_file
from ingestion.settings import Settings, load_settings
from orchestration.cli import DONE, month_option
from orchestration.loading import err, load_command, out, plain
from orchestration.progress_display import shown
from publishing.datapackage import rows_of


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


def write_synthetic(
    settings: Settings, staff: int, months: int, first_month: str, seed: int, faults: list[str]
) -> Path:
    """Write the synthetic trust into landing; the truth goes beside it, outside landing."""
    from orchestration.progress import Progress
    from synthetic.trust import write_trust

    month_option(first_month)
    truth = settings.home / "synthetic_truth"
    with shown(err):
        say = Progress.current().say
        write_trust(
            settings.landing_folder,
            trust_code=settings.trust_code,
            staff=staff,
            months=months,
            first_month=first_month,
            seed=seed,
            faults=_faults(faults),
            on_month=lambda month: say("writing", month, 0, 0),
            truth_folder=truth,
        )
    return truth


def list_faults_command() -> int:
    """Every fault that can be planted: its name, what becomes of it, and where it was seen."""
    from synthetic.faults import FAULTS

    for fault in FAULTS.values():
        out.print(plain(f"{fault.name:28} {fault.outcome:22} {fault.evidence}"))
    return DONE


def synth_command(staff: int, months: int, first_month: str, seed: int, faults: list[str]) -> int:
    settings = load_settings()
    if settings.landing_folder.exists() and any(settings.landing_folder.iterdir()):
        raise RcwError(
            f"{settings.landing_folder} is not empty, and a synthetic trust must not mix with other files. Empty it, or set "
            "RCW_LANDING or RCW_HOME to another folder."
        )
    truth = write_synthetic(settings, staff, months, first_month, seed, faults)
    out.print(
        f"Wrote {months} months of a synthetic trust with {staff:,} staff to {settings.landing_folder}; its truth is in {truth}."
    )
    return DONE


def demo_command(staff: int, months: int) -> int:
    """The whole product on a synthetic trust. Running it again goes on where it was."""
    settings = load_settings()
    if not settings.landing_folder.exists() or not any(settings.landing_folder.iterdir()):
        out.print(f"Making a synthetic trust: {staff:,} staff, {months} months, code {settings.trust_code} ...")
        write_synthetic(settings, staff, months, "2024-04", 1, [])
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
