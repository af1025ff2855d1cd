"""Projection: how fast UMAP and t-SNE are, and how true their maps, beside the libraries called as they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.lifted import VectorSet
from benchmarks.measuring import ratio_spread, spread
from explorer.components import principal_components
from explorer.neighborhoods import find_neighborhoods
from explorer.projection import METHODS
from explorer.surroundings import DEFAULTS, Surroundings
from explorer.trust import Trust, trust
from ingest.console import print_line, print_table

FloatMatrix = NDArray[np.float32]
Project = Callable[[], FloatMatrix]

N_REPEATS = 3
# Of fewer than 4,096, UMAP finds neighbors in another way, and would have the other to compile still.
N_TO_WARM_UP = 5_000
SEED_OF_TRUST = 0
OURS, OURS_AGAIN = "here", "here, components and neighbors known"


@dataclass(frozen=True, slots=True)
class Run:
    """A map's time by the clock and of all cores together, which other programs disturb less, and its quality."""

    seconds: float
    processor_seconds: float
    trust: Trust


def report(vector_set: VectorSet, n_repeats: int = N_REPEATS) -> None:
    """Print a table for each method: a library alone, and ours with all that it needs and with what is there."""
    for method in LIBRARIES:
        for project in ways_of(method, vector_set.vectors[:N_TO_WARM_UP], 0).values():
            project()
        turns = [turn(method, vector_set.vectors, seed) for seed in range(n_repeats)]
        print_line(f"\n{METHODS[method].title}: {vector_set.title}; {n_repeats} seeds, mean (least to most)")
        n_warm = min(N_TO_WARM_UP, len(vector_set.vectors))
        print_line(f"{vector_set.origin}. All was compiled before, on {n_warm:,} of the posts")
        print_turns(turns)


def turn(method: str, vectors: FloatMatrix, seed: int) -> dict[str, Run]:
    """Make the same map in each way, one after the other."""
    return {way: measured(project, vectors) for way, project in ways_of(method, vectors, seed).items()}


def ways_of(method: str, vectors: FloatMatrix, seed: int) -> dict[str, Project]:
    """Return the ways to make a map; what the second one works out is there for the third."""
    nearest = cache(partial(find_neighborhoods, vectors))
    around = Surroundings(vectors, cache(partial(principal_components, vectors)), lambda _: nearest())
    ours = partial(METHODS[method].project, around, DEFAULTS, seed, None)
    library, alone = LIBRARIES[method]
    return {library: partial(alone, vectors, seed), OURS: ours, OURS_AGAIN: ours}


def umap_alone(vectors: FloatMatrix, seed: int) -> FloatMatrix:
    from umap import UMAP

    return np.asarray(UMAP(metric="cosine", random_state=seed, n_jobs=1).fit_transform(vectors), np.float32)


def tsne_alone(vectors: FloatMatrix, seed: int) -> FloatMatrix:
    from sklearn.manifold import TSNE

    return np.asarray(TSNE(random_state=seed).fit_transform(vectors), np.float32)


# The library that each method is measured against, called as its documentation does.
LIBRARIES: dict[str, tuple[str, Callable[[FloatMatrix, int], FloatMatrix]]] = {
    "umap": ("umap-learn", umap_alone),
    "tsne": ("scikit-learn", tsne_alone),
}


def measured(project: Project, vectors: FloatMatrix) -> Run:
    began, of_processor = time.perf_counter(), time.process_time()
    coordinates = project()
    seconds, processor_seconds = time.perf_counter() - began, time.process_time() - of_processor
    return Run(seconds, processor_seconds, trust(vectors, coordinates, SEED_OF_TRUST))


def print_turns(turns: Sequence[dict[str, Run]]) -> None:
    """Print seconds, how many times faster than the first way each is, and quality on the same sample of posts."""
    first = next(iter(turns[0]))
    print_table(
        ("way", "s", "times faster", "processor s", "trustworthiness", "neighbors kept"),
        [row_of(way, [turn[way] for turn in turns], [turn[first] for turn in turns]) for way in turns[0]],
    )


def row_of(way: str, runs: Sequence[Run], alone: Sequence[Run]) -> tuple[str, ...]:
    seconds = [run.seconds for run in runs]
    return (
        way,
        spread(seconds, ".1f"),
        ratio_spread([run.seconds for run in alone], seconds),
        spread([run.processor_seconds for run in runs], ".1f"),
        spread([run.trust.trustworthiness for run in runs]),
        spread([run.trust.neighbors_kept for run in runs]),
    )
