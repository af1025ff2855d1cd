"""Projection: how fast UMAP and t-SNE are, and how true their maps, beside the libraries called as they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from explorer.components import principal_components
from explorer.neighborhoods import find_neighborhoods
from explorer.projection import DEFAULTS, METHODS, Surroundings
from explorer.trust import Trust, trust
from ingest.console import print_line, print_table

FloatMatrix = NDArray[np.float32]

SEED = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A map's time by the clock and of all cores together, which other programs disturb less, and its quality."""

    way: str
    seconds: float
    processor_seconds: float
    trust: Trust


def report(vectors: FloatMatrix) -> None:
    """Print a table for each method: ours with all that it needs and with what is there, and the library alone.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    """
    for method, alone in {"umap": umap_alone, "tsne": tsne_alone}.items():
        around = Surroundings(  # each worked out in the first run, and there in the second
            vectors, cache(partial(principal_components, vectors)), cache(partial(find_neighborhoods, vectors))
        )
        project = partial(METHODS[method].project, around, DEFAULTS, SEED, None)
        runs = [
            measured("the library alone, compiling what it compiles", partial(alone, vectors), vectors),
            measured("ours from the vectors on, compiling what is not yet", project, vectors),
            measured("ours with components and neighborhoods at hand", project, vectors),
        ]
        print_line(f"\n{METHODS[method].title}: {len(vectors):,} posts of {vectors.shape[1]:,} dimensions, seed {SEED}")
        print_runs(runs)


def umap_alone(vectors: FloatMatrix) -> FloatMatrix:
    from umap import UMAP

    return np.asarray(UMAP(metric="cosine", random_state=SEED).fit_transform(vectors), np.float32)


def tsne_alone(vectors: FloatMatrix) -> FloatMatrix:
    from sklearn.manifold import TSNE

    return np.asarray(TSNE(random_state=SEED).fit_transform(vectors), np.float32)


def measured(way: str, project: Callable[[], FloatMatrix], vectors: FloatMatrix) -> Run:
    began, of_processor = time.perf_counter(), time.process_time()
    coordinates = project()
    seconds, processor_seconds = time.perf_counter() - began, time.process_time() - of_processor
    return Run(way, seconds, processor_seconds, trust(vectors, coordinates, SEED))


def print_runs(runs: list[Run]) -> None:
    """Print seconds, how many times faster than the first run each is, and quality on the same sample of posts."""
    print_table(
        ("way", "s", "times faster", "processor s", "trustworthiness", "neighbors kept"),
        [
            (
                run.way,
                f"{run.seconds:.1f}",
                f"{runs[0].seconds / run.seconds:.1f}",
                f"{run.processor_seconds:.1f}",
                f"{run.trust.trustworthiness:.4f}",
                f"{run.trust.neighbors_kept:.3f}",
            )
            for run in runs
        ],
    )
