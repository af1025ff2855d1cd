"""Clusterings of a corpus's snapshots, each computed once and kept; those of some posts alone are computed anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.clustering import CANONICAL_SEED, Clustering, Options, Space, require_method, require_n_clusters
from explorer.components import principal_components
from explorer.density import NOISE
from explorer.derived import DerivedResults, Format, Recipe, read_arrays, write_arrays
from explorer.filters import NO_FILTERS, Filters
from explorer.hierarchy import N_LEAVES, Hierarchy, build_hierarchy
from explorer.lloyd import inertia_of
from explorer.snapshot import Snapshot
from explorer.sweep import SEEDS, Judge, SweepRow, default_ks
from ingest.errors import UserError


def _read_hierarchy(path: Path) -> Hierarchy:
    return Hierarchy(**read_arrays(path))


def _write_hierarchy(hierarchy: Hierarchy, path: Path) -> None:
    write_arrays(path, leaves=hierarchy.leaves, parents=hierarchy.parents)


HIERARCHY = Format(".npz", _read_hierarchy, _write_hierarchy)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clustering is asked for: how, and of which posts."""

    method: str
    options: Options
    seed: int
    filters: Filters = NO_FILTERS


class Clusterings:
    """Clusters the vectors of a snapshot."""

    def __init__(self, snapshot: Snapshot, derived: DerivedResults) -> None:
        self._snapshot = snapshot
        self._derived = derived

    def cluster(self, wanted: Wanted) -> Clustering:
        """Return a clustering of the posts that pass its filters."""
        rows = np.flatnonzero(self._snapshot.rows.passing(wanted.filters))
        if not len(rows):
            raise UserError("No post passes the filters: take one off.")
        if wanted.method == "kmeans":
            require_n_clusters(wanted.options.n_clusters, len(rows))
        is_whole = len(rows) == len(self._snapshot.rows.posts)
        labels = self._kept(wanted) if is_whole else self._found(wanted, self._part(rows))
        return self._as_clustering(wanted, labels, rows)

    def sweep(self, ks: Sequence[int]) -> Iterator[SweepRow]:
        """Judge numbers of clusters; what was judged before is read."""
        n_posts = len(self._snapshot.rows.posts)
        for k in ks:
            require_n_clusters(k, n_posts)
        yield from map(self._judged, ks or default_ks(n_posts))

    def _judged(self, k: int) -> SweepRow:
        library = f"scikit-learn {version('scikit-learn')}"
        recipe: Recipe = {**self._snapshot.address, "n_clusters": k, "seeds": str(SEEDS), "library": library}
        found = self._derived.load_or_compute("sweep", recipe, lambda: self._judge.row(k).as_array())
        return SweepRow.read(found)

    @cached_property
    def _judge(self) -> Judge:
        names = [post.newsgroup for post in self._snapshot.rows.posts]
        return Judge(self._whole(), newsgroups=names if len(set(names)) > 1 else None)

    def _kept(self, wanted: Wanted) -> NDArray[np.int32]:
        method = require_method(wanted.method)
        recipe = {**self._snapshot.address, **method.recipe(wanted.options, wanted.seed)}
        found = self._derived.load_or_compute("clustering", recipe, lambda: self._found(wanted, self._whole()))
        return np.asarray(found, np.int32)

    def _found(self, wanted: Wanted, space: Space) -> NDArray[np.int32]:
        return require_method(wanted.method).find(space, wanted.options, wanted.seed)

    def _as_clustering(self, wanted: Wanted, labels: NDArray[np.int32], rows: NDArray[np.intp]) -> Clustering:
        posts, is_noise = self._snapshot.rows.posts, labels == NOISE
        has_means = wanted.method == "kmeans"
        vectors = self._snapshot.vectors if len(rows) == len(posts) else self._snapshot.vectors[rows]
        return Clustering(
            post_ids=[posts[row].id for row in rows],
            labels=labels,
            n_clusters=len(np.unique(labels[~is_noise])),
            inertia=inertia_of(vectors, labels) if has_means else None,
            seed=wanted.seed,
            method=wanted.method,
            task_type=self._snapshot.collection.manifest.task_type,
        )

    def _whole(self) -> Space:
        return Space(self._snapshot.vectors, self._snapshot.components, self._hierarchy())

    def _part(self, rows: NDArray[np.intp]) -> Space:
        vectors = self._snapshot.vectors[rows]
        return Space(vectors, principal_components(vectors))

    def _hierarchy(self) -> Hierarchy:
        library = f"scikit-learn {version('scikit-learn')}"
        recipe: Recipe = {**self._snapshot.address, "n_leaves": N_LEAVES, "library": library}
        return self._derived.load_or_make(
            "hierarchy", recipe, lambda: build_hierarchy(self._snapshot.components, CANONICAL_SEED), HIERARCHY
        )
