"""The measurements by name: what each is given, and the module that prints it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.bars import ConsoleProgress

if TYPE_CHECKING:
    from explorer import Explorer

N_KILLS = 100


def measure_stored(options: argparse.Namespace, names: Sequence[str]) -> None:
    """Measure on all real posts, embedded offline, in a store that is kept."""
    from explorer import Explorer

    fill(options.store)
    with Explorer.open(options.store, corpus="20newsgroups") as explorer:
        for name in names:
            STORED[name](explorer, options)


def measure_search(explorer: Explorer, options: argparse.Namespace) -> None:
    from benchmarks import search

    search.report(explorer, options.store)


def measure_quality(explorer: Explorer, options: argparse.Namespace) -> None:
    from benchmarks import quality
    from benchmarks.plain import plain_store
    from explorer import Explorer

    with Explorer.open(plain_store(options.store)) as plain:
        quality.report(explorer, plain)


def measure_clustering(explorer: Explorer, options: argparse.Namespace) -> None:
    from benchmarks import clustering
    from benchmarks.lifted import vector_sets_of

    for vector_set in vector_sets_of(explorer.vectors()):
        clustering.report(vector_set, [post.newsgroup for post in explorer.posts])


def measure_projection(explorer: Explorer, options: argparse.Namespace) -> None:
    from benchmarks import projection
    from benchmarks.lifted import vector_sets_of

    for vector_set in vector_sets_of(explorer.vectors()):
        projection.report(vector_set, options.repeats)


def measure_classification(explorer: Explorer, options: argparse.Namespace) -> None:
    from benchmarks import classification

    posts = explorer.posts
    classification.report(
        explorer.vectors(),
        [post.newsgroup for post in posts],
        [post.subset for post in posts],
        [post.text for post in posts],
    )


def measure_load(options: argparse.Namespace) -> None:
    """Measure on whatever a store holds; where there is none, on all real posts."""
    from benchmarks import load

    if not options.store.exists():
        fill(options.store)
    load.report(options.store, options.seconds)


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


def fill(path: Path) -> None:
    """Ingest what the store lacks, or has of an earlier version; a second time that takes seconds."""
    from ingest.corpora import read_corpus
    from ingest.embedders import make_embedder
    from ingest.job import ingest
    from ingest.order import Order
    from ingest.store import Store

    with Store(path, create=True) as store:
        ingest(read_corpus("20newsgroups"), Order(replace=True), make_embedder("minilm"), store, ConsoleProgress())


STORED: dict[str, Callable[[Explorer, argparse.Namespace], None]] = {
    "search": measure_search,
    "quality": measure_quality,
    "clustering": measure_clustering,
    "projection": measure_projection,
    "classification": measure_classification,
}
MEASURES: dict[str, Callable[[argparse.Namespace], None]] = {
    "load": measure_load,
    "ingest": measure_ingest,
    "map": measure_map,
    "torture": measure_torture,
    "scale": measure_scale,
}
