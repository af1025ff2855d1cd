"""Scale: what each step costs at several sizes, how fast that grows beside n log n, and what a million would cost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.growth import foretold, is_worse, slope, slope_of_sorting
from benchmarks.memory import Peak
from benchmarks.scale_corpus import SOURCE
from benchmarks.scale_steps import MOST_FOR_TSNE
from ingest.console import print_line
from ingest.embedding_cache import CACHE
from ingest.errors import UserError

SIZES = (20_000, 50_000, 100_000, 200_000)
FORETOLD = 1_000_000
FAILED = "failed"
ROOT = Path(__file__).resolve().parents[1]
# Of less than this, the growth says more of the clock than of the step.
LEAST_SECONDS = 0.05
# The largest sizes, by which a step is judged: a doubling alone is lost in what two runs differ by.
N_JUDGED = 3
COLUMNS = "| posts | step | seconds | memory or disk, GB | |\n|---:|---|---:|---:|---|"
CAPTION = (
    "Each post is mixed of two real ones of a newsgroup, and its vector (384 dimensions) of their two vectors with "
    "noise; the vectors lie in the embedding cache, so that what is measured is this project and Chroma, not the "
    "model. One collection serves search and clusters, as this model has no task types. A corpus grows from size to "
    "size, and its ingest is the sum so far. Memory is the peak of the process and its writer in that step, with all "
    f"that the session holds by then; a search is the median of 40; t-SNE is measured up to {MOST_FOR_TSNE:,} posts. "
    "The smallest size also pays for what is compiled once."
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step took with one number of posts; None stands for what is not measured of it."""

    n_posts: int
    step: str
    seconds: float | None
    n_bytes: int | None
    note: str = ""

    @property
    def row(self) -> str:
        cells = (f"{self.n_posts:,}", self.step, _seconds(self.seconds), _gigabytes(self.n_bytes), self.note)
        return f"| {' | '.join(cells)} |"

    @property
    def has_failed(self) -> bool:
        return self.note.startswith(FAILED)


def report(store: Path, sizes: Sequence[int] = SIZES) -> None:
    """Print a row as soon as it is measured, then a table of growth, of what is measured by then."""
    print_line(f"\nScale. {CAPTION}\n\n{COLUMNS}")
    costs: list[Cost] = []
    try:
        for cost in measured(store, sizes):
            print_line(cost.row)
            costs.append(cost)
    finally:
        print_line("")
        for line in growth_table(costs):
            print_line(line)


def measured(store: Path, sizes: Sequence[int]) -> Iterator[Cost]:
    """Measure all steps with each number of posts; a larger corpus is a smaller one that posts are added to."""
    with TemporaryDirectory(prefix="scale-", dir=store.parent) as temporary:
        folder, ingested = Path(temporary), Cost(0, "ingest", 0.0, 0)
        for n_posts in sorted(sizes):
            _add(store, folder, ingested.n_posts, n_posts)
            ingested = _both(ingested, _ingest(folder, n_posts))
            yield ingested
            yield _on_disk(n_posts, "on disk: embedding cache", folder / "store" / CACHE)
            yield _on_disk(n_posts, "on disk: Chroma", folder / "store" / "chroma")
            yield from _session(n_posts, _module("benchmarks.scale_steps", folder / "store"))
            yield _on_disk(n_posts, "on disk: derived results", folder / "store" / "derived")
            shutil.rmtree(folder / "store" / "derived", ignore_errors=True)


def growth_table(costs: Sequence[Cost]) -> Iterator[str]:
    """Set the steps side by side, in Markdown: seconds by size, exponents of growth, and a million posts foretold."""
    sizes = sorted({cost.n_posts for cost in costs})
    steps = dict.fromkeys(cost.step for cost in costs)
    heads = [*(f"{size:,}" for size in sizes), "growth", "n log n", f"{FORETOLD:,} foretold", "memory or disk, GB"]
    yield f"| step | {' | '.join(heads)} |"
    yield f"|---|{'---:|' * len(heads)}"
    for step in steps:
        yield _growth_row(step, sizes, [cost for cost in costs if cost.step == step and not cost.has_failed])


def _growth_row(step: str, sizes: Sequence[int], costs: Sequence[Cost]) -> str:
    by_size = {cost.n_posts: cost for cost in costs}
    cells = [_figure(by_size[size]) if size in by_size else "" for size in sizes]
    return f"| {' | '.join([step, *cells, *_growth(costs), *_foretold(costs)])} |"


def _figure(cost: Cost) -> str:
    return _gigabytes(cost.n_bytes) if cost.seconds is None else _seconds(cost.seconds)


def _growth(costs: Sequence[Cost]) -> tuple[str, str]:
    """Return the exponents from size to size, and those of n log n.

    A step is marked whose exponent over its largest sizes is above that by more than noise.
    """
    known = [(float(cost.n_posts), cost.seconds) for cost in costs if cost.seconds and cost.seconds >= LEAST_SECONDS]
    pairs = [((one[0], other[0]), (one[1], other[1])) for one, other in pairwise(known)]
    judged = known[-N_JUDGED:]
    is_marked = len(judged) > 1 and is_worse(*zip(judged[0], judged[-1], strict=True))
    mark = " worse" if is_marked else ""
    found = ", ".join(f"{slope(*pair):.2f}" for pair in pairs)
    return f"{found}{mark}", ", ".join(f"{slope_of_sorting(sizes):.2f}" for sizes, _ in pairs)


def _foretold(costs: Sequence[Cost]) -> tuple[str, str]:
    """Extrapolate seconds as n log n, and memory in a line."""
    times = [(float(cost.n_posts), cost.seconds) for cost in costs if cost.seconds]
    bytes_held = [(float(cost.n_posts), float(cost.n_bytes)) for cost in costs if cost.n_bytes]
    return (
        _seconds(foretold(times, FORETOLD) if len(times) > 1 else None),
        _gigabytes(foretold(bytes_held, FORETOLD, linear=True) if len(bytes_held) > 1 else None),
    )


def _add(store: Path, folder: Path, first: int, end: int) -> None:
    """Make the posts that are to be added, and their vectors."""
    made = subprocess.run(_module("benchmarks.scale_corpus", store, folder, first, end), cwd=ROOT, check=False)
    if made.returncode:
        raise UserError(f"No {end:,} posts could be made of those in {store}: see above, and --store.")


def _ingest(folder: Path, n_posts: int) -> Cost:
    options = ("--embedder", "minilm", "--task-types", "CLUSTERING", "--json")
    command = _module("ingest", folder / SOURCE, "--store", folder / "store", *options)
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process, Peak(process.pid) as peak:
        status = process.wait()
        seconds = time.perf_counter() - began
        return Cost(n_posts, "ingest", seconds, peak.taken(), f"{FAILED}: status {status}" if status else "")


def _both(earlier: Cost, later: Cost) -> Cost:
    """Return what two ingests cost together, one after the other."""
    seconds, n_bytes = ((earlier.seconds or 0) + (later.seconds or 0), max(earlier.n_bytes or 0, later.n_bytes or 0))
    return replace(later, seconds=seconds, n_bytes=n_bytes or None)


def _session(n_posts: int, command: Sequence[str]) -> Iterator[Cost]:
    """Run what tells of its steps, line by line; where it crashes, its last row says so."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process, Peak(process.pid) as peak:
        for line in process.stdout or ():
            told = json.loads(line)
            yield Cost(n_posts, told["step"], told["seconds"], peak.taken(), told["note"])
        if status := process.wait():
            yield Cost(n_posts, "the session", None, None, f"{FAILED}: status {status}")


def _on_disk(n_posts: int, name: str, place: Path) -> Cost:
    paths = place.rglob("*") if place.is_dir() else [place]
    return Cost(n_posts, name, None, sum(path.stat().st_size for path in paths if path.is_file()))


def _module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", name, *map(str, arguments)]


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.3f}" if seconds < 1 else f"{seconds:,.1f}"


def _gigabytes(n_bytes: float | None) -> str:
    return "" if n_bytes is None else f"{n_bytes / 1e9:.2f}"
