"""The application that the commands belong to, and the options that several of them share."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    name="rcw",
    help="The research-culture warehouse: monthly extracts in, published marts out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]
ReleaseName = Annotated[str, typer.Argument(help="Release id, `current`, or `previous`.", metavar="RELEASE")]
