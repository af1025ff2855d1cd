"""Blows: ways and moments to end a process that ingests, and what became of one that was struck."""

from __future__ import annotations

import math
import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM, Signals

from portalocker import AlreadyLocked, Lock

from benchmarks.stand_in import ROOT, StandIn
from ingest.store.lock import LOCK

BETWEEN_LOOKS = 0.002
BETWEEN_SIGNALS = 0.3
# An ingest that takes longer hangs.
LONGEST = 120.0
# No ingest starts and is answered in less; what a struck one had asked for is answered by then.
EARLIEST_ANSWER = 0.8
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Blow:
    """Signals to the process that ingests, one after the other, and to the child that writes for it.

    ``statuses`` are those with which the process may end.
    """

    name: str
    to_parent: tuple[Signals, ...]
    to_child: tuple[Signals, ...]
    statuses: tuple[int, ...]


BOTH = Blow("both killed", (SIGKILL,), (SIGKILL,), (-SIGKILL,))
PARENT = Blow("parent killed", (SIGKILL,), (), (-SIGKILL,))
# The parent has something to say then.
CHILD = Blow("writer killed", (), (SIGKILL,), (1,))
INTERRUPT = Blow("interrupted", (SIGINT,), (), (INTERRUPTED, -SIGINT))
INTERRUPTS = Blow("interrupted twice", (SIGINT, SIGINT), (), (INTERRUPTED, -SIGINT))
TERMINATE = Blow("terminated", (SIGTERM,), (), (INTERRUPTED, -SIGTERM))


@dataclass(frozen=True, slots=True)
class Moment:
    """So many seconds after the ingest began, or after it made the file or folder of the store called ``sign``."""

    seconds: float
    sign: str = ""


NEVER = Moment(math.inf)
# What an ingest makes before it seals, while it makes collections anew, and while it exchanges them for the old ones.
SEALING, REBUILDING, EXCHANGING = "chroma/.sealing", ".rebuilding/new", ".rebuilding/old"
STARTING, EMBEDDING = "starting", "embedding and writing"
PHASES = {EXCHANGING: "exchanging", REBUILDING: "rebuilding", SEALING: "sealing"}


@dataclass(frozen=True, slots=True)
class Ending:
    """How an ingest ended: ``phase`` is what the blow hit, None where the ingest had ended before.

    ``left_unlocked`` tells whether its child was still there then, and nothing kept others from the store.
    ``recovery`` is how long it took until the API first answered, or to the end where it was not asked;
    None where the blow came earlier.
    """

    status: int
    phase: str | None
    seconds: float
    recovery: float | None
    left_unlocked: bool
    words: str


class Struck:
    """One ingest, and the blow that it gets at a moment, unless it ends before."""

    def __init__(self, command: Sequence[str], store: Path, api: StandIn) -> None:
        self._store = store
        self._log = api.log
        self._size_of_log = 0
        self._errors = store.with_name("errors")
        self._began_at = time.time()
        self._began = time.monotonic()
        self._children: list[int] = []
        self._answered: float | None = None
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=api.environment, stdout=subprocess.DEVNULL, stderr=errors
            )

    def run(self, moment: Moment, blow: Blow) -> Ending:
        """Run to the end, which the blow may bring."""
        phase = self._strike(blow) if self._lasts_until(moment) else None
        status = self._wait()
        seconds = time.monotonic() - self._began
        words = self._errors.read_text(encoding="utf-8", errors="replace").strip()
        # It may have been so near its end that it reached it.
        phase = phase if status else None
        recovery = self._answered or (None if phase else seconds)
        left_unlocked = is_free(self._store / LOCK) and any(map(is_alive, self._children))
        return Ending(status, phase, seconds, recovery, left_unlocked, words)

    def _lasts_until(self, moment: Moment) -> bool:
        seen: float | None = None
        while self._process.poll() is None:
            now = time.monotonic() - self._began
            self._look_for_answer(now)
            if seen is None and self._has_made(moment.sign):
                seen = now
            if seen is not None and now >= seen + moment.seconds:
                return True
            if now > LONGEST:
                return False
            time.sleep(BETWEEN_LOOKS)
        return False

    def _look_for_answer(self, now: float) -> None:
        """Note the first answer; so early that it cannot be one, it answers an ingest that was struck before."""
        size = self._log.stat().st_size
        if now < EARLIEST_ANSWER:
            self._size_of_log = size
        elif self._answered is None and size > self._size_of_log:
            self._answered = now

    def _has_made(self, sign: str) -> bool:
        """Tell whether a sign is there, and not from an ingest before."""
        with suppress(FileNotFoundError):
            return not sign or (self._store / sign).stat().st_ctime >= self._began_at
        return False

    def _phase(self) -> str:
        begun = (PHASES[sign] for sign in PHASES if self._has_made(sign))
        return next(begun, EMBEDDING if self._answered else STARTING)

    def _strike(self, blow: Blow) -> str | None:
        """Send the signals, and return what they hit: nothing, where they are for a child and there is none."""
        phase, self._children = self._phase(), children_of(self._process.pid)
        if not (blow.to_parent or self._children):
            return None
        for signal in blow.to_parent[:1]:
            self._process.send_signal(signal)
        for signal in blow.to_child:
            for child in self._children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal)
        for signal in blow.to_parent[1:]:
            time.sleep(BETWEEN_SIGNALS)
            self._process.send_signal(signal)
        return phase

    def _wait(self) -> int:
        try:
            return self._process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    processes = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return [process for process in processes if _state_and_parent(process)[1:] == [str(pid)]]


def is_free(lock: Path) -> bool:
    with suppress(AlreadyLocked), Lock(lock, mode="a", timeout=0):
        return True
    return False


def is_alive(pid: int) -> bool:
    return _state_and_parent(pid)[:1] not in ([], ["Z"])


def _state_and_parent(pid: int) -> list[str]:
    """Return what Linux tells of a process after its name, which is in parentheses and may hold anything."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    return []
