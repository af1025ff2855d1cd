"""``python -m benchmarks [NAME]...``: measure, and print a table for each name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ingest.bars import ConsoleProgress
from ingest.console import run
from ingest.errors import UnknownNameError

STORE = Path(__file__).with_name("store")
STORED = ["search", "quality", "clustering", "projection", "classification"]  # on all real posts
LONG = ["torture", "scale"]  # run only where they are asked for
NAMES = [*STORED, "load", "ingest", "map", *LONG]
N_KILLS = 100


def main() -> int:
    """Parse, run, and return the exit status."""
    options = make_parser().parse_args()
    return run(lambda: measure(options), interrupted="Interrupted: what was embedded is kept.")


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} (default: all but {' and '.join(LONG)})"
    )
    parser.add_argument("--store", type=Path, default=STORE, metavar="DIR", help="(default: benchmarks/store)")
    parser.add_argument("--seconds", type=int, default=60, metavar="S", help="of load (default: 60)")
    torture = parser.add_argument_group("torture")
    torture.add_argument("--kills", type=int, metavar="N", help=f"(default: {N_KILLS})")
    torture.add_argument("--seed", type=int, metavar="S", help="(default: 0)")
    scale = parser.add_argument_group("scale")
    scale.add_argument("--sizes", type=as_sizes, metavar="N,N,...", help="numbers of posts")
    return parser


def as_sizes(given: str) -> list[int]:
    return [int(size) for size in given.split(",")]


def measure(options: argparse.Namespace) -> None:
    """Print every table that is asked for."""
    for name in options.names:
        if name not in NAMES:
            raise UnknownNameError("benchmark", name, NAMES)
    has_torture_options = (options.kills, options.seed) != (None, None)
    names = options.names or (["torture"] if has_torture_options else NAMES[: -len(LONG)])
    if set(STORED).intersection(names):
        measure_stored(options.store, names)
    for name, measure_one in MEASURES.items():
        if name in names:
            measure_one(options)


def measure_ingest(options: argparse.Namespace) -> None:
    from benchmarks import ingest_speed

    ingest_speed.report()


def measure_map(options: argparse.Namespace) -> None:
    from benchmarks import map as map_speed

    map_speed.report()


def measure_torture(options: argparse.Namespace) -> None:
    from benchmarks.torture import torture

    torture(N_KILLS if options.kills is None else options.kills, options.seed or 0)


def measure_scale(options: argparse.Namespace) -> None:
    """Measure with more posts than there are, made of the real ones."""
    from benchmarks import scale

    if not options.store.exists():
        fill(options.store)
    scale.report(options.store.resolve(), options.sizes or scale.SIZES)


def measure_stored(path: Path, names: list[str]) -> None:
    """Measure on all real posts, embedded offline, in a store that is kept."""
    from benchmarks import classification, clustering, projection, quality, search
    from explorer import Explorer
    from explorer.components import principal_components

    fill(path)
    with Explorer.open(path, corpus="20newsgroups") as explorer:
        newsgroups = [post.newsgroup for post in explorer.posts]
        reports: dict[str, Callable[[], None]] = {
            "search": lambda: search.report(explorer, path),
            "quality": lambda: quality.report(explorer),
            "clustering": lambda: clustering.report(
                explorer.vectors(), principal_components(explorer.vectors()), newsgroups
            ),
            "projection": lambda: projection.report(explorer.vectors()),
            "classification": lambda: classification.report(
                explorer.vectors(),
                newsgroups,
                [post.subset for post in explorer.posts],
                [post.text for post in explorer.posts],
            ),
        }
        for name in STORED:
            if name in names:
                reports[name]()


def measure_load(options: argparse.Namespace) -> None:
    """Measure on whatever a store holds; where there is none, on all real posts."""
    from benchmarks import load

    if not options.store.exists():
        fill(options.store)
    load.report(options.store, options.seconds)


def fill(path: Path) -> None:
    """Ingest what the store lacks; a second time that takes seconds."""
    from ingest.corpora import read_corpus
    from ingest.embedders import make_embedder
    from ingest.job import ingest
    from ingest.order import Order
    from ingest.store import Store

    with Store(path, create=True) as store:
        ingest(read_corpus("20newsgroups"), Order(), make_embedder("minilm"), store, ConsoleProgress())


MEASURES: dict[str, Callable[[argparse.Namespace], None]] = {
    "load": measure_load,
    "ingest": measure_ingest,
    "map": measure_map,
    "torture": measure_torture,
    "scale": measure_scale,
}


if __name__ == "__main__":
    sys.exit(main())
