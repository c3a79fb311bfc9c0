"""Commands about people: links of R&D people to staff, the pseudonym key, forgetting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingestion.errors import RcwError
from orchestration.answers import DONE, REFUSED
from orchestration.commands.app import Json, app


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
