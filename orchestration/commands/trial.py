"""Commands to try the product or a part of it: a synthetic trust, charts of any series, the Dagster pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingestion.errors import RcwError
from orchestration.answers import as_json_text
from orchestration.commands.app import Json, app


@app.command()
def synth(
    staff: Annotated[int, typer.Option(min=10, help="How many staff.")] = 5000,
    months: Annotated[int, typer.Option(min=1, max=240, help="How many months.")] = 24,
    first_month: Annotated[str, typer.Option(help="First month, YYYY-MM.")] = "2024-04",
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    fault: Annotated[
        list[str] | None, typer.Option(help="A fault to plant, NAME or NAME=RATE; may be given again.")
    ] = None,
    list_faults: Annotated[bool, typer.Option("--list-faults", help="Say which faults there are, and stop.")] = False,
) -> None:
    """Write a synthetic trust into landing: every extract, with known truths beside it."""
    from orchestration.demo import list_faults_command, synth_command

    if list_faults:
        raise typer.Exit(list_faults_command())
    raise typer.Exit(synth_command(staff, months, first_month, seed, fault or []))


@app.command()
def demo(
    staff: Annotated[int, typer.Option(min=10, help="How many staff.")] = 5000,
    months: Annotated[int, typer.Option(min=1, max=240, help="How many months.")] = 24,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
) -> None:
    """Make a synthetic trust, load all its months and publish a release."""
    from orchestration.demo import demo_command

    raise typer.Exit(demo_command(staff, months, seed))


@app.command()
def spc(
    series: Annotated[
        Path, typer.Argument(help="CSV with series_id, date, value; see docs/control-charts.md.", metavar="SERIES.csv")
    ],
    profile: Annotated[str, typer.Option(help="How charts are drawn: plot_the_dots or mdc_excel.")] = "plot_the_dots",
    screen: Annotated[
        bool | None, typer.Option("--screen/--no-screen", help="Leave outlying ranges out of the limits, or keep them.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for points.csv and series.csv.", metavar="DIR")] = Path(),
    as_json: Json = False,
) -> None:
    """Draw NHS control charts (XmR) of any series: limits, special causes and icons, as the warehouse computes them."""
    from publishing.control_charts.charts import profiles
    from publishing.control_charts.command import chart_file

    if profile not in profiles():
        raise RcwError(f"{profile!r} is no profile; there are {', '.join(profiles())}.")
    if not series.is_file():
        raise RcwError(f"There is no file {series}.")
    charted = chart_file(series, profiles()[profile], out, screen)
    if as_json:
        files = [file.as_posix() for file in charted.files]
        typer.echo(as_json_text({"series": charted.by_status, "files": files, "notices": charted.notices}))
        return
    for notice in charted.notices:
        typer.echo(notice, err=True)
    counts = ", ".join(f"{count} {status}" for status, count in charted.by_status.items()) or "none"
    typer.echo(f"Charted {sum(charted.by_status.values())} series ({counts}): {' and '.join(map(str, charted.files))}")


@app.command()
def dev(port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000) -> None:
    """Start the Dagster pages on this machine only (localhost)."""
    from orchestration.development import dev_command

    raise typer.Exit(dev_command(port))
