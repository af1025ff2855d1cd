"""What both command lines share: progress bars on standard error, errors as one line, exit statuses."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ingest.errors import UserError


class ConsoleProgress:
    """Draws a bar for each stage on standard error, and keeps how long each took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        from rich import progress
        from rich.console import Console

        began = time.perf_counter()
        columns = (
            progress.TextColumn("{task.description:<28}", markup=False),
            progress.BarColumn(),
            progress.MofNCompleteColumn() if total else progress.TextColumn(""),
            progress.TimeElapsedColumn(),
            progress.TimeRemainingColumn(),
        )
        with progress.Progress(*columns, console=Console(stderr=True)) as bars:
            task = bars.add_task(name, total=total)
            yield lambda n_done: bars.advance(task, n_done)
            bars.update(task, total=total or 1, completed=total or 1)
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began


def run(main: Callable[[], None], *, interrupted: str) -> int:
    """Run a command and return its exit status; what a user can mend is one line on standard error."""
    try:
        main()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return 130
    return 0
