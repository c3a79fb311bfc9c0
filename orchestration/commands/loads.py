"""Commands about deliveries: load them, publish, and see what became of each."""

from __future__ import annotations

from typing import Annotated

import typer

from ingestion.errors import RcwError
from orchestration.answers import month_option
from orchestration.commands.app import Json, app


@app.command()
def load(
    month: Annotated[str | None, typer.Option(help="Load this month only, YYYY-MM.")] = None,
    from_month: Annotated[str | None, typer.Option("--from", help="First month of a range, YYYY-MM.")] = None,
    to_month: Annotated[str | None, typer.Option("--to", help="Last month of a range, YYYY-MM.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be loaded, and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Load what is new in landing and publish a release. Without options: everything pending, oldest month first."""
    from orchestration.loading import load_command

    single, first, last = month_option(month), month_option(from_month), month_option(to_month)
    if single and (first or last):
        raise RcwError("Give either --month or --from and --to, not both.")
    if bool(first) != bool(last):
        raise RcwError("--from and --to belong together.")
    if first and last and first > last:
        raise RcwError(f"--from {from_month} is after --to {to_month}.")
    raise typer.Exit(load_command(single or first, single or last, dry_run=dry_run, as_json=as_json))


@app.command()
def status(as_json: Json = False) -> None:
    """Show what is loaded, missing, refused, in conflict or waiting in landing, and which release is current."""
    from orchestration.status import status_command

    raise typer.Exit(status_command(as_json=as_json))


@app.command()
def publish(as_json: Json = False) -> None:
    """Check the warehouse as it stands and publish it, without looking for new files."""
    from orchestration.loading import publish_command

    raise typer.Exit(publish_command(as_json=as_json))


@app.command()
def quarantine(
    extract: Annotated[str, typer.Argument(help="Extract, such as hr_assignments.")],
    month: Annotated[str | None, typer.Option(help="Only this month, YYYY-MM.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many problems.")] = 50,
    as_json: Json = False,
) -> None:
    """List rejected rows of an extract: file, line, column, reason and masked value."""
    from orchestration.status import quarantine_command

    raise typer.Exit(quarantine_command(extract, month_option(month), limit, as_json=as_json))


@app.command()
def alerts(
    test: Annotated[bool, typer.Option("--test", help="Send a test by every way that is configured.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent and where to; send nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Tell people what needs them: a closed gate, files that were not taken, late deliveries. Loads do it by themselves."""
    from orchestration.alerts.command import alerts_command

    raise typer.Exit(alerts_command(test=test, dry_run=dry_run, as_json=as_json))
