"""Commands about releases: list, check, compare, trace, make again, and read them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.app import Json, ReleaseName, app


@app.command()
def releases(
    deliveries: Annotated[
        bool, typer.Option("--deliveries", help="List deliveries instead, with the releases that used each.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the releases, what each was made from, and whether its files are there."""
    from orchestration.release_commands import releases_command

    raise typer.Exit(releases_command(deliveries=deliveries, as_json=as_json))


@app.command()
def verify(
    release: ReleaseName,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Also make it again from raw storage, aside, and compare every file.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check a release's files against its manifest."""
    from orchestration.release_commands import verify_command

    raise typer.Exit(verify_command(release, rebuild=rebuild, as_json=as_json))


@app.command()
def rebuild(release: ReleaseName, as_json: Json = False) -> None:
    """Make a release whose files are gone again from raw storage, byte for byte."""
    from orchestration.release_commands import rebuild_command

    raise typer.Exit(rebuild_command(release, as_json=as_json))


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="Release id, `current`, or `previous`.", metavar="A")],
    after: Annotated[str, typer.Argument(help="Release id, `current`, or `previous`.", metavar="B")],
    limit: Annotated[int, typer.Option(min=0, help="List at most so many rows and cells of a table.")] = 10,
    as_json: Json = False,
) -> None:
    """Compare two releases: tables, rows, cells, and the deliveries, code or settings that made the difference."""
    from orchestration.diff_command import diff_command

    raise typer.Exit(diff_command(before, after, limit, as_json=as_json))


@app.command()
def trace(
    mart: Annotated[str, typer.Argument(help="A published table, such as mart_workforce_month.")],
    key: Annotated[
        list[str], typer.Argument(help="Its key, such as group_type=trust group_code=RVN reporting_month=2025-04.")
    ],
    measure: Annotated[str | None, typer.Option(help="Only this figure, and what it is computed from.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="List at most so many keys and runs of lines a table.")] = 10,
    as_json: Json = False,
) -> None:
    """Show what stands behind a row of a mart: deliveries, core rows, files and lines. From the private warehouse."""
    from orchestration.tracing.command import trace_command

    raise typer.Exit(trace_command(mart, key, measure, limit, as_json=as_json))


@app.command()
def disclosure(
    release: Annotated[str | None, typer.Argument(help="Release; the current one unless given.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Read the release as a reader does and look for what follows from it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show how much a release hides; check that nothing hidden can be worked out from it."""
    from orchestration.disclosure_command import disclosure_command

    raise typer.Exit(disclosure_command(release, check=check, as_json=as_json))


@app.command()
def report(
    release: Annotated[
        str, typer.Argument(help="Release id, `current`, or `previous`.", metavar="[RELEASE]", show_default=False)
    ] = "current",
    out: Annotated[Path, typer.Option(help="Folder for the three files.", metavar="DIR")] = Path(),
    trust: Annotated[str | None, typer.Option(help="ODS code, where the release holds several trusts.")] = None,
    as_json: Json = False,
) -> None:
    """Make the report of a release again from its tables: a page, a PDF and a one-page poster."""
    from orchestration.release_commands import report_command

    raise typer.Exit(report_command(release, out, trust, as_json=as_json))


@app.command()
def explore(
    release: Annotated[str, typer.Option(help="Release id, `current`, or `previous`.")] = "current",
    port: Annotated[
        int | None, typer.Option(min=1024, max=65535, help="Port on this machine; a free one if none.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
) -> None:
    """Look at a release in the browser, on this machine alone: charts, tables, definitions, data quality. Ends with Ctrl-C."""
    from orchestration.release_commands import explore_command

    raise typer.Exit(explore_command(release, port, opens_browser=browser))
