"""The command line `rcw`: what a data engineer types, and how a command ends.

What belongs here: the exit code and the one message of whatever may happen. The commands stand in `commands`.
"""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import typer

from ingestion.errors import RcwError
from orchestration.answers import DONE, REFUSED, WRONG
from orchestration.commands import loads, people, releases, trial  # noqa: F401  (each adds its commands)
from orchestration.commands.app import app
from orchestration.own_process import end, keep_pandas_out, settle

#: Exit code of a command that a person stopped.
_STOPPED = 130


def run() -> NoReturn:
    """Entry point of the command, in a process of its own."""
    keep_pandas_out()
    try:
        main()
    except SystemExit as stop:
        end(stop.code if isinstance(stop.code, int) else WRONG)


def main() -> NoReturn:
    """Run the command that `sys.argv` holds, and exit. Expected problems end with one message and the right exit code, never with a traceback."""
    from publishing.errors import PublishingError

    settle()
    try:
        code = app(standalone_mode=False)  # a command's exit code comes back as the answer
    except RcwError as error:
        _fail(str(error), error.exit_code)
    except PublishingError as error:
        _fail(str(error), REFUSED)
    except (KeyboardInterrupt, typer.Abort):
        code = _STOPPED
    except Exception as error:
        show: Any = getattr(error, "show", None)  # click's usage errors show themselves
        if show is None:
            _fail(_unforeseen(error), WRONG)
        show()
        sys.exit(WRONG)
    if code == _STOPPED:  # typer says it by the code alone
        _fail("Stopped. Run the command again; a load goes on from where it was.", _STOPPED)
    sys.exit(code or DONE)


def _fail(message: str, code: int) -> NoReturn:
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


if __name__ == "__main__":
    run()
