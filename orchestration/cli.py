"""The command line `rcw`: what a data engineer types. Commands are thin; Dagster, dbt and Great Expectations are imported by
the steps that need them, so a load with nothing new ends before any of them is.
"""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ingestion.errors import RcwError

app = typer.Typer(
    name="rcw",
    help="The research-culture warehouse: monthly extracts in, published marts out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
ReleaseName = Annotated[str, typer.Argument(help="Release id, `current`, or `previous`.", metavar="RELEASE")]
DONE, REFUSED, WRONG = 0, 1, 2


def month_option(text: str | None) -> date | None:
    """A month as typed, YYYY-MM.

    Raises:
        RcwError: it is none.
    """
    if text is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])", text):
        raise RcwError(f"{text!r} is no month; expected YYYY-MM, such as 2025-04.")
    return date.fromisoformat(f"{text}-01")


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
def links(
    review: Annotated[
        bool,
        typer.Option("--review", help="Write the queue of R&D people whom nobody could link for certain, with names."),
    ] = False,
    decide: Annotated[
        Path | None, typer.Option(help="Take over the decisions from a queue that was filled in.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="With --review: write here instead of into the vault.")] = None,
    with_linked: Annotated[
        bool, typer.Option("--with-linked", help="With --review: also those whom their name linked, to check them.")
    ] = False,
    by: Annotated[str | None, typer.Option(help="With --decide: who decided, where the file does not say.")] = None,
    as_json: Json = False,
) -> None:
    """Show how many R&D people are linked to staff, by profession and role; write the review queue; take decisions over."""
    from orchestration.links import decide_command, rates_command, review_command

    if review and decide:
        raise RcwError("Give either --review or --decide, not both.")
    if (file or with_linked) and not review:
        raise RcwError("--file and --with-linked belong to --review.")
    if by and not decide:
        raise RcwError("--by belongs to --decide.")
    if review:
        raise typer.Exit(review_command(file, with_linked=with_linked))
    if decide:
        raise typer.Exit(decide_command(decide, by, as_json=as_json))
    raise typer.Exit(rates_command(as_json=as_json))


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
def key(
    check: Annotated[
        Path | None, typer.Option("--check", help="Say whether the key in this file is that of the home; make none.")
    ] = None,
) -> None:
    """Make a pseudonym key for a new home, in a file that only you can read."""
    from ingestion.identity import is_key_of, key_fingerprint, make_home_key, read_key_file
    from ingestion.settings import load_settings

    settings = load_settings()
    if check is None:
        file = make_home_key(settings)
        typer.echo(f"Made a key at {file}. Keep a copy in a safe place: without it pseudonyms cannot be made again.")
        return
    found = read_key_file(check.expanduser())
    is_its = is_key_of(settings, found)
    typer.echo(
        f"The key in {check} (fingerprint {key_fingerprint(found)}) is {'that' if is_its else 'NOT that'} of {settings.home}."
    )
    raise typer.Exit(DONE if is_its else REFUSED)


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


@app.command()
def forget(
    numbers_from: Annotated[
        str | None,
        typer.Option(
            "--from", help="File with one employee number on each line, or - for standard input.", metavar="FILE"
        ),
    ] = None,
    staff_key: Annotated[list[str] | None, typer.Option(help="Pseudonym of a member of staff.", metavar="KEY")] = None,
    researcher_key: Annotated[
        list[str] | None, typer.Option(help="Pseudonym of an R&D person, who need not be staff.", metavar="KEY")
    ] = None,
    trust: Annotated[str | None, typer.Option(help="ODS code of the trust; default RCW_TRUST_CODE.")] = None,
    publish: Annotated[
        bool, typer.Option("--publish/--no-publish", help="Build and publish at once, or leave it to the next load.")
    ] = True,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and change nothing.")] = False,
    typed: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    as_json: Json = False,
) -> None:
    """Remove a person from all that is stored and from all loads to come. Without options it asks for the employee number."""
    from orchestration.forgetting import Request, forget_command

    if typed:
        raise RcwError(
            "What is typed on the command line stays in the shell's history, so nothing was done. Run rcw forget and type the "
            "employee number at the prompt, or give a file (--from FILE); then clear that line of the history."
        )
    request = Request(numbers_from, tuple(staff_key or ()), tuple(researcher_key or ()), trust)
    raise typer.Exit(forget_command(request, publish=publish, sure=sure, dry_run=dry_run, as_json=as_json))


@app.command()
def rekey(
    new_key_file: Annotated[
        Path | None, typer.Option("--new-key-file", help="File with the new key, mode 600; else RCW_NEW_PSEUDONYM_KEY.")
    ] = None,
    carry_unknown: Annotated[
        bool, typer.Option("--carry-unknown", help="Let people go whose number or name is found nowhere any more.")
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish/--no-publish", help="Build and publish at once, or leave it to the next load.")
    ] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be changed, and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Replace the pseudonym key: every stored pseudonym changes, no key is shown, and an interruption loses nothing."""
    from orchestration.rekeying import rekey_command

    raise typer.Exit(
        rekey_command(new_key_file, carry_unknown=carry_unknown, publish=publish, dry_run=dry_run, as_json=as_json)
    )


@app.command()
def dev(port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000) -> None:
    """Start the Dagster pages on this machine only (localhost)."""
    from orchestration.development import dev_command

    raise typer.Exit(dev_command(port))


def main() -> None:
    """Entry point. Expected problems end with one message and the right exit code, never with a traceback."""
    from publishing.errors import PublishingError

    os.umask(0o077)  # whatever is written belongs to this user alone
    try:
        code = app(standalone_mode=False)  # a command's exit code comes back as the answer
    except RcwError as error:
        _fail(str(error), error.exit_code)
    except PublishingError as error:
        _fail(str(error), REFUSED)
    except (KeyboardInterrupt, typer.Abort):
        _fail("Stopped. The next load goes on from here.", 130)
    except Exception as error:
        show: Any = getattr(error, "show", None)  # click's usage errors show themselves
        if show is None:
            _fail(_unforeseen(error), WRONG)
        show()
        sys.exit(WRONG)
    else:
        sys.exit(code or DONE)


def _fail(message: str, code: int) -> None:
    typer.echo(message, err=True)
    sys.exit(code)


def _unforeseen(error: Exception) -> str:
    """One message on a fault that no step foresaw; its text may hold a value of a file, so it is not shown."""
    from ingestion.settings import load_settings
    from orchestration.faults import in_words, keep_trace, texts_of

    settings = load_settings()
    if words := in_words(settings, texts_of(error)):
        return words
    if isinstance(error, OSError):
        what = error.strerror or type(error).__name__
        return f"Stopped: {what}{f' ({error.filename})' if error.filename else ''}. Nothing that was published has changed."
    trace = keep_trace(settings, error)
    where = (
        f" Where in the code stands in {trace}, without any data: send it to whoever maintains this." if trace else ""
    )
    return f"An unexpected {type(error).__name__} stopped the command. Nothing that was published has changed.{where}"


def as_json_text(document: object) -> str:
    return json.dumps(document, indent=2, sort_keys=True, default=str)


if __name__ == "__main__":
    main()
