"""Progress on stderr: a bar on a terminal, a line a step elsewhere, nothing with ``--json``."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """Use as a context. Main thread."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if not self._silent and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TaskProgressColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("", total=1.0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def step(self, share: float, text: str) -> None:
        """``share`` of the whole is done, 0..1."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=share, description=text)
        elif not self._silent:
            click.echo(f"{text}  {share:.0%}", err=True)
