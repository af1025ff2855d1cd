"""Clustering: a new k by the tutorial's own code and by the explorer, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.clustering import Options, kmeans
from explorer.lloyd import inertia_of
from explorer.space import Space
from ingest.console import print_line, print_table

KS = (8, 12, 20, 30, 50)
SHOWN = 20
TUTORIAL, EXPLORER = "tutorial", "explorer"

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one clustering took, and what came of it."""

    n_clusters: int
    seconds: float
    inertia: float
    agreement: float


def report(
    vectors: FloatMatrix, components: FloatMatrix, newsgroups: Sequence[str], seeds: Sequence[int] = (0, 1, 2)
) -> None:
    """Print seconds, inertia and V-measure; all arguments follow the posts.

    The hierarchy and the components are there before a new k is asked for, so they are timed apart.
    """
    start = time.perf_counter()
    space = Space(vectors, components).with_hierarchies()
    for seed in seeds:
        space.hierarchy_of(seed)
    built = time.perf_counter() - start
    ways: dict[str, Callable[[int, int], Labels]] = {
        TUTORIAL: lambda k, seed: tutorial(vectors, k, seed),
        EXPLORER: lambda k, seed: kmeans(space, Options(k), seed),
    }
    found = {
        way: [measured(find, vectors, newsgroups, (k, seed)) for k in KS for seed in seeds]
        for way, find in ways.items()
    }
    n_posts, dimensions = vectors.shape
    print_line(f"\nClustering: {n_posts:,} posts, {dimensions:,} dimensions, {len(seeds)} seeds, means")
    print_line(f"Not in the seconds: the hierarchies that seeds begin with, {built:.1f} s once, and the components")
    print_table(
        ("clusters", "code", "seconds", "ratio", "inertia", "V-measure"),
        [*table(str(SHOWN), found, [SHOWN]), *table(f"mean of {', '.join(map(str, KS))}", found, KS)],
    )
    pairs = list(zip(found[TUTORIAL], found[EXPLORER], strict=True))
    n_as_good = sum(ours.inertia <= theirs.inertia for theirs, ours in pairs)
    worst = max(ours.inertia / theirs.inertia for theirs, ours in pairs) - 1
    print_line(f"No higher inertia in {n_as_good} of {len(pairs)} clusterings; at worst {worst:+.2%}")


def tutorial(vectors: FloatMatrix, n_clusters: int, seed: int) -> Labels:
    """Fit twice, as the tutorial does."""
    from sklearn.cluster import KMeans

    fitted = KMeans(n_clusters=n_clusters, random_state=seed, n_init="auto").fit(vectors)
    return np.asarray(fitted.fit_predict(vectors), np.int32)


def measured(
    find: Callable[[int, int], Labels], vectors: FloatMatrix, newsgroups: Sequence[str], asked: tuple[int, int]
) -> Measured:
    from sklearn.metrics import v_measure_score

    start = time.perf_counter()
    labels = find(*asked)
    seconds = time.perf_counter() - start
    return Measured(asked[0], seconds, inertia_of(vectors, labels), float(v_measure_score(newsgroups, labels)))


def table(name: str, found: dict[str, list[Measured]], ks: Iterable[int]) -> list[tuple[str, ...]]:
    """Return a row for each way, of the clusterings with some numbers of clusters."""
    wanted = set(ks)
    means = {
        way: np.mean([(one.seconds, one.inertia, one.agreement) for one in each if one.n_clusters in wanted], axis=0)
        for way, each in found.items()
    }
    return [
        (name, way, f"{seconds:.2f}", f"{means[TUTORIAL][0] / seconds:.1f}", f"{inertia:,.1f}", f"{agreement:.3f}")
        for way, (seconds, inertia, agreement) in means.items()
    ]
