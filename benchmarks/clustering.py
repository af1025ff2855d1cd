"""Clustering: KMeans as the tutorial calls it and the explorer's, side by side, for a first k and for a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.lifted import VectorSet
from benchmarks.measuring import ratio_spread, seconds_of, spread, timed
from explorer.clustering import Options, kmeans
from explorer.components import principal_components
from explorer.lloyd import inertia_of
from explorer.space import Space
from ingest.console import print_line, print_table

KS = (8, 12, 20, 30, 50)
SHOWN = 20
SEEDS = (0, 1, 2)  # the first is that of the hierarchy which all clusters are numbered by
N_TO_WARM_UP = 1_000

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one clustering took, and what came of it."""

    seconds: float
    inertia: float
    agreement: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Both clusterings of one k and seed; ``seconds_once`` is what ours takes before the first k."""

    n_clusters: int
    tutorial: Measured
    explorer: Measured
    seconds_once: float


def report(vector_set: VectorSet, newsgroups: Sequence[str], seeds: Sequence[int] = SEEDS) -> None:
    """Print seconds, inertia and V-measure; the newsgroups follow the posts."""
    warm_up(vector_set.vectors[:N_TO_WARM_UP])
    components, of_components = timed(partial(principal_components, vector_set.vectors))
    space = Space(vector_set.vectors, components).with_hierarchies()
    of_hierarchies = {seed: seconds_of(partial(space.hierarchy_of, seed)) for seed in seeds}
    pairs = [pair_of(space, newsgroups, (k, seed), of_components + of_hierarchies[seed]) for k in KS for seed in seeds]
    print_line(f"\nClustering: {vector_set.title}; {len(seeds)} seeds, mean (least to most), nothing smoothed")
    print_line(
        f"{vector_set.origin}. Before the first k, once: components {of_components:.2f} s, a hierarchy "
        f"{spread(list(of_hierarchies.values()), '.2f')} s"
    )
    print_table(
        ("clusters", "code", "seconds", "times faster", "inertia", "V-measure"),
        [row for ks in ((SHOWN,), KS) for row in rows_of([pair for pair in pairs if pair.n_clusters in ks])],
    )
    print_line(comparison(pairs))


def warm_up(vectors: FloatMatrix) -> None:
    """Load what both load when they are first called."""
    kmeans(Space.of(vectors), Options(KS[0]), SEEDS[0])
    tutorial(vectors, KS[0], SEEDS[0])


def tutorial(vectors: FloatMatrix, n_clusters: int, seed: int) -> Labels:
    """Fit once; the tutorial does it twice, which it need not."""
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(n_clusters=n_clusters, random_state=seed, n_init="auto").fit_predict(vectors), np.int32)


def pair_of(space: Space, newsgroups: Sequence[str], asked: tuple[int, int], seconds_once: float) -> Pair:
    """Cluster one after the other into some clusters with some seed."""
    n_clusters, seed = asked
    theirs = measured(partial(tutorial, space.vectors, n_clusters, seed), space.vectors, newsgroups)
    ours = measured(partial(kmeans, space, Options(n_clusters), seed), space.vectors, newsgroups)
    return Pair(n_clusters, theirs, ours, seconds_once)


def measured(find: Callable[[], Labels], vectors: FloatMatrix, newsgroups: Sequence[str]) -> Measured:
    from sklearn.metrics import v_measure_score

    labels, seconds = timed(find)
    return Measured(seconds, inertia_of(vectors, labels), float(v_measure_score(newsgroups, labels)))


def rows_of(pairs: Sequence[Pair]) -> Iterator[tuple[str, ...]]:
    """Yield the tutorial's row and ours, of a new k and of the first."""
    of_tutorial, of_explorer = [pair.tutorial for pair in pairs], [pair.explorer for pair in pairs]
    theirs = [pair.tutorial.seconds for pair in pairs]
    a_new_k = [pair.explorer.seconds for pair in pairs]
    the_first_k = [pair.seconds_once + pair.explorer.seconds for pair in pairs]
    ks = ", ".join(dict.fromkeys(str(pair.n_clusters) for pair in pairs))
    for code, seconds, found in (
        ("KMeans, one fit", theirs, of_tutorial),
        ("here, a new k", a_new_k, of_explorer),
        ("here, the first k", the_first_k, of_explorer),
    ):
        yield ks, code, spread(seconds, ".2f"), ratio_spread(theirs, seconds), *quality_of(found)


def quality_of(found: Sequence[Measured]) -> tuple[str, str]:
    return f"{np.mean([each.inertia for each in found]):,.1f}", spread([each.agreement for each in found])


def comparison(pairs: Sequence[Pair]) -> str:
    """Say how often ours is as good as the tutorial's, and how much worse it is at worst."""
    excess = [pair.explorer.inertia / pair.tutorial.inertia - 1 for pair in pairs]
    n_as_good = sum(each <= 0 for each in excess)
    return f"No higher inertia in {n_as_good} of {len(pairs)} clusterings; at worst {max(excess):+.2%}"
