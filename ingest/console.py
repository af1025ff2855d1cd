"""What both command lines share: tables, JSON, errors as one line, exit statuses."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from ingest.errors import UserError


def run(main: Callable[[], None], *, interrupted: str) -> int:
    """Run a command and return its exit status; what a user can mend is one line on standard error."""
    _require_streams()
    try:
        try:
            main()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (UserError, OSError) as error:
        note(f"error: {visible(str(error))}")
        return 1
    except KeyboardInterrupt:
        note(interrupted)
        return 130
    return 0


def _require_streams() -> None:
    """See to it that what is printed neither ends what has been paid for nor goes where it should not."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed; a file opened later would take its place
            setattr(sys, name, Path(os.devnull).open("w"))
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def leave(status: int) -> NoReturn:
    """End the process at once: threads that still wait for an answer would hold it up, and have nothing to lose."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody listens
            stream.flush()
    os._exit(status)


def take_for_interrupts(*names: str) -> None:
    """Take signals such as SIGTERM for Ctrl-C; one that is ignored, as by nohup, stays so."""
    for name in names:
        if signal.getsignal(signal.Signals[name]) is signal.SIG_DFL:
            signal.signal(signal.Signals[name], signal.default_int_handler)


def note(line: str) -> None:
    """Tell the user something on standard error, which leaves standard output to the answer."""
    with suppress(OSError):  # nobody listens
        print(line, file=sys.stderr)


def print_line(line: str) -> None:
    print(line, flush=True)


def print_json(document: Any) -> None:
    print(json.dumps(document, indent=2))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, cut: Collection[str] = ()) -> None:
    """Print a table; where a terminal is too narrow, the columns named in ``cut`` end in an ellipsis.

    What posts bring with them cannot steer the terminal.
    """
    from ingest.tables import Table, lines_of

    table = Table(columns, [[visible(str(cell)) for cell in row] for row in rows], cut)
    print(lines_of(table, in_terminal=sys.stdout.isatty()), end="", flush=True)


def visible(text: str) -> str:
    """Replace what is not printable, such as a terminal's escape sequences."""
    return "".join(character if character.isprintable() else " " for character in text)
