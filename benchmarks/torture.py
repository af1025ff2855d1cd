"""Torture: ingests ended by force at random moments, again and again, and what is then in the store.

A round is one ingest to its end, however many blows that takes: into a new store, then in place of those posts
others, then more of them. Each round has texts of its own, so that a text embedded twice was paid for twice.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from benchmarks.blows import (
    BOTH,
    CHILD,
    EXCHANGING,
    INTERRUPT,
    INTERRUPTS,
    NEVER,
    PARENT,
    PHASES,
    REBUILDING,
    SEALING,
    TERMINATE,
    Blow,
    Ending,
    Moment,
    Struck,
)
from benchmarks.evidence import faults_of, write_posts
from benchmarks.stand_in import StandIn, ingest_command, stand_in
from ingest.console import note, print_line, print_table
from ingest.embedders.gemini import MAX_TEXTS, GeminiEmbedder
from ingest.errors import UserError
from ingest.store import Store

# More than 1,000, so that Chroma writes an index.
N_POSTS = 2_500
DIMENSIONS = 128
TASK_TYPES = ("RETRIEVAL_DOCUMENT", "CLUSTERING")
LATENCY = 0.6
BLOWS = (BOTH,) * 4 + (PARENT,) * 3 + (CHILD,) * 2 + (INTERRUPT, INTERRUPTS, TERMINATE)
# A store that fails so often needs no more proof.
ENOUGH_FAULTS = 10
N_SHOWN = 2_000
WAITED_FOR = (CHILD.name, INTERRUPT.name, TERMINATE.name)
SENDS_NOTHING = (PHASES[REBUILDING], PHASES[EXCHANGING])
SURPLUS_OF_A_KILL = GeminiEmbedder.n_at_once * MAX_TEXTS


@dataclass(slots=True)
class Report:
    """What was done and what came of it; ``faults`` has a line for each check that failed."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    n_rounds: int = 0
    n_embedded: int = 0
    n_surplus: int = 0
    recoveries: list[tuple[float, str]] = field(default_factory=list)
    usual_seconds: float = math.nan
    faults: list[str] = field(default_factory=list)

    @property
    def n_kills(self) -> int:
        return self.kills.total()

    @property
    def most_surplus(self) -> int:
        """The most texts that may be embedded again: what can have been on its way, and was not waited for."""
        costly = (n for (blow, phase), n in self.kills.items() if blow not in WAITED_FOR and phase not in SENDS_NOTHING)
        return sum(costly) * SURPLUS_OF_A_KILL


@dataclass(frozen=True, slots=True)
class Round:
    """An ingest that goes on until it is done, and the texts that the store must hold then, by id."""

    arguments: list[str]
    expected: dict[str, str]


class Torture:
    """Strikes ingests into stores in a folder."""

    def __init__(self, folder: Path, seed: int, n_posts: int = N_POSTS, latency: float = LATENCY) -> None:
        self.report = Report()
        self._folder = folder
        self._store = folder / "store"
        self._random = random.Random(seed)
        self._n_posts = n_posts
        self._latency = latency

    def run(self, n_kills: int) -> Report:
        """Strike so many times, then let the last round end in peace."""
        with stand_in(self._folder / "log", "--latency", self._latency) as api:
            expected: dict[str, str] = {}
            while self.report.n_kills < n_kills and len(self.report.faults) < ENOUGH_FAULTS:
                round_ = self._next_round(expected)
                self._finish(round_, api, n_kills)
                self._check(round_, api)
                expected = round_.expected
            counts = api.counts()
        self.report.n_embedded = counts["n_texts"]
        self.report.n_surplus = counts["n_texts"] - counts["n_distinct_texts"]
        if self.report.n_surplus > self.report.most_surplus:
            self.report.faults.append(f"{self.report.n_surplus:,} texts were embedded more often than once")
        return self.report

    def _next_round(self, expected: dict[str, str]) -> Round:
        number, half = self.report.n_rounds, self._n_posts // 2
        self.report.n_rounds += 1
        source = self._folder / f"round-{number}.jsonl"
        options = ["--corpus", "torture", "--embedder", "gemini", "--dimensions", str(DIMENSIONS)]
        options += ["--task-types", ",".join(TASK_TYPES)]
        arguments = [str(source), "--store", str(self._store), *options]
        match number % 3:
            case 0:
                rmtree(self._store, ignore_errors=True)
                return Round(arguments, write_posts(source, range(self._n_posts), number))
            case 1:
                return Round([*arguments, "--replace"], write_posts(source, range(half, half * 3), number))
            case _:
                return Round(arguments, {**expected, **write_posts(source, range(half * 2, half * 4), number)})

    def _finish(self, round_: Round, api: StandIn, n_kills: int) -> None:
        """Run the round's ingest until it ends by itself; the very first does at once, to tell what is usual."""
        ending: Ending | None = None
        while ending is None or ending.phase:
            is_spared = self.report.n_kills == n_kills or math.isnan(self.report.usual_seconds)
            moment = NEVER if is_spared else self._draw_moment()
            blow = self._random.choice(BLOWS)
            last, ending = ending, Struck(ingest_command(*round_.arguments), self._store, api).run(moment, blow)
            self._judge(ending, blow, last)

    def _draw_moment(self) -> Moment:
        """Aim at any moment, or at what is short and dangerous."""
        draw = self._random.uniform
        anything = Moment(draw(0, self.report.usual_seconds))
        if (self._store / SEALING).exists():
            dangerous = [Moment(draw(0, 3), REBUILDING), Moment(draw(0, 0.01), EXCHANGING)]
        else:
            dangerous = [Moment(draw(0, 1.5), SEALING)]
        return self._random.choice([anything, self._random.choice(dangerous)])

    def _judge(self, ending: Ending, blow: Blow, last: Ending | None) -> None:
        if ending.phase:
            self.report.kills[blow.name, ending.phase] += 1
        elif math.isnan(self.report.usual_seconds):
            self.report.usual_seconds = ending.seconds
        how = f"{blow.name} while {ending.phase}" if ending.phase else "left alone"
        if ending.status not in (blow.statuses if ending.phase else (0,)):
            self._note_fault(f"status {ending.status} when {how}: {ending.words[-N_SHOWN:]}")
        if ending.left_unlocked:
            self._note_fault(f"left its writer to itself, and the store unlocked, when {how}")
        if last and ending.recovery is not None:
            self.report.recoveries.append((ending.recovery, str(last.phase)))

    def _check(self, round_: Round, api: StandIn) -> None:
        """Verify the store, and compare it with the source."""
        verified = api.ingest("--store", self._store, "--verify", "--json")
        if verified.returncode:
            self._note_fault(f"verification failed: {verified.stdout} {verified.stderr}")
            return
        with Store(self._store) as store:
            manifests = store.manifests()
            if len(manifests) != len(TASK_TYPES):
                self._note_fault(f"{len(manifests)} collections instead of one for each of {TASK_TYPES}")
            for manifest in manifests:
                for fault in faults_of(store.collection(manifest.collection), round_.expected):
                    self._note_fault(f"{manifest.collection}: {fault}")

    def _note_fault(self, line: str) -> None:
        self.report.faults.append(f"round {self.report.n_rounds}, after {self.report.n_kills} kills: {line}")
        note(self.report.faults[-1])


def torture(n_kills: int, seed: int) -> None:
    """Strike, print what came of it, and raise where a check failed."""
    folder = Path(mkdtemp(prefix="torture-"))
    report = Torture(folder, seed).run(n_kills)
    print_report(report, seed)
    if report.faults:
        raise UserError(f"{len(report.faults)} checks failed, see above: the store is kept in {folder}.")
    rmtree(folder)


def print_report(report: Report, seed: int) -> None:
    phases = sorted({phase for _, phase in report.kills})
    print_line(f"\nTorture: {report.n_kills} kills in {report.n_rounds} rounds of {N_POSTS:,} posts, seed {seed}")
    print_table(
        ("blow", *phases),
        [(blow.name, *(report.kills[blow.name, phase] for phase in phases)) for blow in dict.fromkeys(BLOWS)],
    )
    recovery, phase = max(report.recoveries, default=(0.0, "nothing"))
    print_table(
        ("check", "found", "asked"),
        [
            ("checks that failed", len(report.faults), "0"),
            (
                "texts embedded again",
                f"{report.n_surplus:,} of {report.n_embedded:,}",
                f"at most {report.most_surplus:,}",
            ),
            ("longest recovery", f"{recovery:.1f} s, of a blow while {phase}", ""),
            ("an ingest left alone", f"{report.usual_seconds:.1f} s", ""),
        ],
    )
