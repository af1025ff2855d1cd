"""Clusterings of a corpus's snapshots, each computed once and kept; those of some posts alone are computed anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from explorer import hierarchy, smoothing, sweep
from explorer.clustering import CANONICAL_SEED, KMEANS, Clustering, Options, require_method, require_n_clusters
from explorer.derived import DerivedResults, Format, Recipe, read_arrays, write_arrays
from explorer.filters import NO_FILTERS, Filters
from explorer.hierarchy import Hierarchy, build_hierarchy
from explorer.lloyd import inertia_of
from explorer.neighborhoods import find_neighborhoods
from explorer.noise import NOISE
from explorer.numbering import numbered_as, numbered_like
from explorer.smoothing import N_SMOOTHING
from explorer.snapshot import Snapshot
from explorer.space import Space
from explorer.sweep import Judge, SweepRow, default_ks
from ingest.errors import UserError


def _read_hierarchy(path: Path) -> Hierarchy:
    return Hierarchy(**read_arrays(path))


def _write_hierarchy(found: Hierarchy, path: Path) -> None:
    write_arrays(path, leaves=found.leaves, parents=found.parents)


HIERARCHY = Format(".npz", _read_hierarchy, _write_hierarchy)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clustering is asked for: how, and of which posts."""

    method: str
    options: Options
    seed: int
    filters: Filters = NO_FILTERS

    @classmethod
    def of(
        cls, n_clusters: int | Options | None, seed: int, method: str = KMEANS, filters: Filters = NO_FILTERS
    ) -> Self:
        """Want a clustering by its number of clusters, or by the options that say more."""
        options = n_clusters if isinstance(n_clusters, Options) else Options(n_clusters)
        return cls(method, options, seed, filters)

    @property
    def smooth(self) -> bool:
        return bool(self.options.smooth)

    @property
    def usual(self) -> Self:
        """The same with the options of the method left open, which gives clusters their numbers."""
        return replace(self, options=Options(smooth=self.options.smooth), seed=CANONICAL_SEED, filters=NO_FILTERS)

    @property
    def is_canonical(self) -> bool:
        """Whether its clusters have their numbers without those of the usual options."""
        chosen_of = require_method(self.method).chosen_of
        return self.method == KMEANS or chosen_of(self.options) == chosen_of(self.usual.options)


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
        wanted = replace(wanted, options=self._decided(wanted, len(rows)))
        is_whole = len(rows) == len(self._snapshot.rows.posts)
        labels = self._kept(wanted) if is_whole else self._found_of(wanted, rows)
        return self._as_clustering(wanted, labels, rows)

    def _decided(self, wanted: Wanted, n_posts: int) -> Options:
        """Return the options with what was left open, so that what they give is kept under one name."""
        options = wanted.options
        if options.smooth is None:
            options = replace(options, smooth=self._gains)
        return replace(options, n_clusters=options.n_clusters_of(n_posts)) if wanted.method == KMEANS else options

    def sweep(self, ks: Sequence[int], filters: Filters = NO_FILTERS) -> Iterator[SweepRow]:
        """Judge numbers of clusters of the posts that pass; what was judged of all before is read."""
        rows = np.flatnonzero(self._snapshot.rows.passing(filters))
        for k in ks:
            require_n_clusters(k, len(rows))
        is_whole = len(rows) == len(self._snapshot.rows.posts)
        judged = self._judged if is_whole else self._judge_of(self._part(rows, smooth=self._gains), rows).row
        yield from map(judged, ks or default_ks(len(rows)))

    def hierarchy(self, seed: int) -> Hierarchy:
        """Return the hierarchy of all posts that a seed gives; each is built once."""
        return self._whole(smooth=self._gains).hierarchy_of(seed)

    def _judged(self, k: int) -> SweepRow:
        recipe = {**self._address(smooth=self._gains), "n_clusters": k, **sweep.recipe()}
        found = self._derived.load_or_compute("sweep", recipe, lambda: self._judge.row(k).as_array())
        return SweepRow.read(found)

    @cached_property
    def _judge(self) -> Judge:
        return self._judge_of(self._whole(smooth=self._gains), np.arange(len(self._snapshot.rows.posts)))

    def _judge_of(self, space: Space, rows: NDArray[np.intp]) -> Judge:
        names = [self._snapshot.rows.posts[row].newsgroup for row in rows]
        return Judge(space, newsgroups=names if len(set(names)) > 1 else None)

    def _kept(self, wanted: Wanted) -> NDArray[np.int32]:
        method = require_method(wanted.method)
        recipe = {**self._address(smooth=wanted.smooth), **method.recipe(wanted.options, wanted.seed)}
        found = self._derived.load_or_compute("clustering", recipe, lambda: self._found_of_all(wanted))
        return np.asarray(found, np.int32)

    def _found_of_all(self, wanted: Wanted) -> NDArray[np.int32]:
        labels = self._found(wanted, self._whole(smooth=wanted.smooth))
        return labels if wanted.is_canonical else numbered_like(labels, self._kept(wanted.usual))

    def _found_of(self, wanted: Wanted, rows: NDArray[np.intp]) -> NDArray[np.int32]:
        """Cluster some posts among themselves; what is also a cluster of all has the number that it has there."""
        labels = self._found(wanted, self._part(rows, smooth=wanted.smooth))
        return numbered_as(labels, self._reference(wanted, int(labels.max()) + 1)[rows])

    def _reference(self, wanted: Wanted, n_clusters: int) -> NDArray[np.int32]:
        """Return clusters of all posts whose numbers those of some take."""
        if wanted.method != KMEANS:
            return self._kept(wanted.usual)
        return self._whole(smooth=wanted.smooth).hierarchy_of(CANONICAL_SEED).cut(n_clusters)

    def _found(self, wanted: Wanted, space: Space) -> NDArray[np.int32]:
        return require_method(wanted.method).find(space, wanted.options, wanted.seed)

    def _as_clustering(self, wanted: Wanted, labels: NDArray[np.int32], rows: NDArray[np.intp]) -> Clustering:
        posts, is_noise = self._snapshot.rows.posts, labels == NOISE
        has_means = wanted.method == KMEANS
        return Clustering(
            post_ids=[posts[row].id for row in rows],
            labels=labels,
            n_clusters=len(np.unique(labels[~is_noise])),
            inertia=inertia_of(self._snapshot.vectors_at(rows), labels) if has_means else None,
            seed=wanted.seed,
            method=wanted.method,
            task_type=self._snapshot.collection.manifest.task_type,
            is_smoothed=wanted.smooth,
        )

    @property
    def _gains(self) -> bool:
        """Whether clusterings of these vectors are known to gain by smoothing."""
        return self._snapshot.collection.manifest.embedder in smoothing.GAINING

    def _address(self, *, smooth: bool) -> Recipe:
        return {**self._snapshot.address, **(smoothing.recipe() if smooth else {})}

    def _whole(self, *, smooth: bool) -> Space:
        space = Space(self._snapshot.vectors, self._snapshot.components)
        if smooth:
            space = space.smoothed(self._snapshot.neighborhoods)
        return replace(space, find_hierarchy=partial(self._hierarchy, space))

    def _part(self, rows: NDArray[np.intp], *, smooth: bool) -> Space:
        space = Space.of(self._snapshot.vectors[rows])
        return space.smoothed(find_neighborhoods(space.vectors, N_SMOOTHING)) if smooth else space

    def _hierarchy(self, space: Space, seed: int) -> Hierarchy:
        recipe = {**self._address(smooth=space.is_smoothed), **hierarchy.recipe(seed)}
        return self._derived.load_or_make(
            "hierarchy", recipe, lambda: build_hierarchy(space.components, seed), HIERARCHY
        )
