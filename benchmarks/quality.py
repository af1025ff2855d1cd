"""Quality of the offline default on all real posts: neighbors, clusters, and the clustering tutorial's job.

Beside it stand what smoothing adds, and the plain model, without what was done to it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.measuring import spread
from explorer import Explorer
from explorer.clustering import Options
from explorer.filters import Filters
from explorer.precision import precision_at
from ingest.console import print_line, print_table

N_CLUSTERS = 20
SEEDS = range(5)
TUTORIAL_PER_NEWSGROUP = 150
SUBSETS = ("", "test")

# What is measured of clusters: takes posts by their vectors, a subset and a seed.
Measure = Callable[["Variant", str, int], float]


@dataclass(frozen=True, slots=True)
class Variant:
    """A model's vectors, and whether they are drawn to their neighbors' before they are clustered."""

    name: str
    explorer: Explorer
    smooth: bool

    def options(self, n_clusters: int) -> Options:
        return Options(n_clusters, smooth=self.smooth)


def report(explorer: Explorer, plain: Explorer) -> None:
    """Print each measure with the posts or seeds it rests on; nothing was tuned on the test subset."""
    default = Variant("the offline default", explorer, smooth=True)
    bare = Variant("the plain model, without smoothing", plain, smooth=False)
    variants = (default, Variant("without smoothing", explorer, smooth=False), bare)
    print_line(f"\nQuality: {len(explorer.posts):,} posts, {explorer.manifest.model}, mean (least to most)")
    print_table(
        ("measure", "of", "all posts", "test subset", "over"),
        [*rows_of_precision((default, bare)), *rows_of_clusters(variants)],
    )


def rows_of_precision(variants: tuple[Variant, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the share of a post's ten nearest neighbors that are of its newsgroup; nothing is drawn by lot."""
    for variant in variants:
        name = variant.name.partition(",")[0]  # neighbors are never smoothed
        yield "precision@10", name, *(f"{precision(variant.explorer, subset):.3f}" for subset in SUBSETS), "every post"


def rows_of_clusters(variants: tuple[Variant, ...]) -> Iterator[tuple[str, ...]]:
    for title, measure in MEASURES.items():
        for variant in variants:
            found = ([measure(variant, subset, seed) for seed in SEEDS] for subset in SUBSETS)
            yield title, variant.name, *map(spread, found), f"{len(SEEDS)} seeds"


def precision(explorer: Explorer, subset: str) -> float:
    rows = np.flatnonzero(explorer.matching(Filters(subset=subset)))
    newsgroups = [explorer.posts[row].newsgroup for row in rows]
    return precision_at(explorer.vectors()[rows], newsgroups, np.arange(len(rows)))


def agreement(variant: Variant, subset: str, seed: int) -> float:
    """Return the V-measure of 20 clusters of a subset, or of all posts, against the newsgroups."""
    explorer, whole = variant.explorer, Filters(subset=subset)
    clustering = explorer.cluster(variant.options(N_CLUSTERS), seed=seed, filters=whole)
    return explorer.evaluate(clustering).measures.v_measure


def tutorial_share(variant: Variant, subset: str, seed: int) -> float:
    """Cluster 150 posts of each ``sci.*`` newsgroup into 4; return the mean majority share, 0.952 with Gemini's."""
    explorer, wanted = variant.explorer, tutorial_posts(variant.explorer, subset or "train")
    draw = random.Random(seed)
    drawn = [post_id for members in wanted.values() for post_id in draw.sample(members, TUTORIAL_PER_NEWSGROUP)]
    among = Filters(among=frozenset(drawn))
    return explorer.evaluate(
        explorer.cluster(variant.options(len(wanted)), seed=seed, filters=among)
    ).measures.mean_share


def tutorial_posts(explorer: Explorer, subset: str) -> dict[str, list[str]]:
    """Return the ids of a subset's posts that the tutorial may draw, by newsgroup."""
    wanted: dict[str, list[str]] = {}
    for post in sorted(explorer.posts, key=lambda post: post.id):
        if post.subset == subset and post.newsgroup.startswith("sci.") and not post.truncated:
            wanted.setdefault(post.newsgroup, []).append(post.id)
    return wanted


MEASURES: dict[str, Measure] = {
    f"V-measure of {N_CLUSTERS} clusters": agreement,
    "majority share, the tutorial's job": tutorial_share,
}
