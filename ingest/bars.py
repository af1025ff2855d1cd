"""Bars: how far stages of work are, drawn on standard error, or told in lines where that is no terminal."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.console import note, visible
from ingest.progress import Advance

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

# Between two lines on a stage that goes on, where nobody sees a bar.
SECONDS_BETWEEN_LINES = 30.0


class ConsoleProgress:
    """Shows every open stage, and keeps how long each took: ``seconds`` by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._bars: Bars | None = None
        self._n_open = 0

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        stage = _Stage(name, total, self._open())
        try:
            yield stage.advance
            self.seconds[name] = self.seconds.get(name, 0.0) + stage.end()
        except BaseException:
            stage.break_off()
            raise
        finally:
            self._close()

    def say(self, line: str) -> None:
        """Tell of something in a line of its own, above the bars."""
        if self._bars and self._n_open:
            self._bars.console.print(visible(line), markup=False, highlight=False)
        else:
            note(visible(line))

    def _open(self) -> Bars:
        if self._bars is None or not self._n_open:
            self._bars = _make_bars()
            self._bars.start()
        self._n_open += 1
        return self._bars

    def _close(self) -> None:
        self._n_open -= 1
        if self._bars and not self._n_open:
            self._bars.stop()


class _Stage:
    """One bar, which any thread may advance."""

    def __init__(self, name: str, total: int | None, bars: Bars) -> None:
        self._name = name
        self._total = total
        self._bars = bars
        self._task: TaskID = bars.add_task(name, total=total, counts="", standing="")
        self._began = self._advanced = self._told = time.monotonic()
        self._n_done = 0
        self._standing = ""
        self._lock = threading.Lock()

    def advance(self, n_done: int, standing: str = "") -> None:
        with self._lock:
            self._n_done += n_done
            self._standing = standing or self._standing
            self._advanced = now = time.monotonic()
            rate = f"{self._n_done / max(now - self._began, 0.001):,.0f}/s {self._standing}"
            if not self._seen and now - self._told > SECONDS_BETWEEN_LINES:
                self._told = now
                self._tell(f"{self._counts} {rate}")
        self._bars.update(self._task, advance=n_done, counts=self._counts, standing=rate)

    def end(self) -> float:
        """Return the seconds that it took; one of several at once was over with its last unit."""
        is_whole = self._total in (None, self._n_done)
        seconds = (self._advanced if self._total and is_whole else time.monotonic()) - self._began
        if is_whole:
            self._bars.update(self._task, total=self._total or 1, completed=self._total or 1)
        if not self._seen:
            self._tell(f"{f'{self._counts} in ' if self._total else ''}{seconds:.1f} s {self._standing}")
        return seconds

    def break_off(self) -> None:
        """Leave what was done to be seen; where that is nothing, the error says it all."""
        if not self._n_done:
            self._bars.remove_task(self._task)
        elif not self._seen:
            self._tell(f"{self._counts} {self._standing}")

    @property
    def _counts(self) -> str:
        if not self._total:
            return ""
        return f"{self._n_done:,}/{self._total:,}" if self._n_done < self._total else f"{self._total:,}"

    @property
    def _seen(self) -> bool:
        return self._bars.console.is_terminal

    def _tell(self, how_far: str) -> None:
        note(f"{self._name}: {how_far.strip()}")


def _make_bars() -> Bars:
    from rich import progress
    from rich.console import Console

    console = Console(stderr=True)
    return progress.Progress(
        progress.TextColumn("{task.description:<16}", markup=False),
        progress.BarColumn(),
        progress.TextColumn("{task.fields[counts]}", markup=False),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.fields[standing]}", markup=False),
        console=console,
        disable=not console.is_terminal,
    )
