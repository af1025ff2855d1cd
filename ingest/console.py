"""What both command lines share: progress, tables, JSON, errors as one line, exit statuses."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

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
        note(f"error: {visible(str(error))}")
        return 1
    except KeyboardInterrupt:
        note(interrupted)
        return 130
    return 0


def note(line: str) -> None:
    """Tell the user something on standard error, which leaves standard output to the answer."""
    print(line, file=sys.stderr)


def print_line(line: str) -> None:
    print(line)


def print_json(document: Any) -> None:
    print(json.dumps(document, indent=2))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table as wide as the terminal; what posts bring with them cannot steer the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(str(cell))) for cell in row))
    Console().print(table)


def visible(text: str) -> str:
    """Replace what is not printable, such as a terminal's escape sequences."""
    return "".join(character if character.isprintable() else " " for character in text)
