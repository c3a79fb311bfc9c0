"""The progress display of a load: one line that says the stage, the item and, where it is known, how far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from orchestration.progress import Progress, silent


@contextmanager
def shown(console: Console) -> Iterator[None]:
    """Show progress while the block runs; on no terminal, a plain line a stage."""
    if not console.is_terminal:
        stages: list[str] = []

        def line(stage: str, item: str, done: int, of: int) -> None:
            if stage not in stages:
                stages.append(stage)
                console.print(f"{stage} ...")

        Progress(line).listen()
        try:
            yield
        finally:
            silent.listen()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:11}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[item]}"),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None, item="")

        def update(stage: str, item: str, done: int, of: int) -> None:
            bar.update(task, description=stage, item=item[:60], completed=done, total=of or None)

        Progress(update).listen()
        try:
            yield
        finally:
            silent.listen()
