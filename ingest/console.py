"""What both command lines share: progress, tables, JSON, errors as one line, exit statuses."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ingest.errors import UserError

# Where no terminal sets a width, no line is folded.
WIDE = 10_000


class ConsoleProgress:
    """Draws a bar for each stage on standard error, a line where that is no terminal, and keeps how long each took."""

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
        console = Console(stderr=True)
        with progress.Progress(*columns, console=console, disable=not console.is_terminal) as bars:
            task = bars.add_task(name, total=total)
            try:
                yield lambda n_done: bars.advance(task, n_done)
            except BaseException:
                bars.live.transient = True  # the error says it all
                raise
            bars.update(task, total=total or 1, completed=total or 1)
        taken = time.perf_counter() - began
        self.seconds[name] = self.seconds.get(name, 0.0) + taken
        if not console.is_terminal:
            note(f"{name}: {f'{total:,} in ' if total else ''}{taken:.1f} s")


def run(main: Callable[[], None], *, interrupted: str) -> int:
    """Run a command and return its exit status; what a user can mend is one line on standard error."""
    try:
        main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
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
    """Print a table, folded to the terminal's width; what posts bring with them cannot steer the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(str(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def visible(text: str) -> str:
    """Replace what is not printable, such as a terminal's escape sequences."""
    return "".join(character if character.isprintable() else " " for character in text)
