"""Quality of the offline default on all real posts: neighbors, clusters, and the clustering tutorial's job."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from explorer import Explorer
from explorer.filters import Filters
from explorer.precision import precision_at
from ingest.console import print_line, print_table

N_ASKED = 500
N_CLUSTERS = 20
SEEDS = range(5)
TUTORIAL_PER_NEWSGROUP = 150


def report(explorer: Explorer) -> None:
    """Print each measure with the number of posts or seeds it rests on; nothing was tuned on the test subset."""
    print_line(f"\nQuality: {len(explorer.posts):,} posts, {explorer.manifest.model}")
    rows = [row for subset in ("", "test") for row in rows_of(explorer, subset)]
    print_table(("posts", "measure", "mean", "least", "most", "over"), rows)


def rows_of(explorer: Explorer, subset: str) -> list[tuple[str, ...]]:
    """Return the rows of a subset, or of all posts."""
    whole = Filters(subset=subset)
    rows = np.flatnonzero(explorer.matching(whole))
    agreement = [
        explorer.evaluate(explorer.cluster(N_CLUSTERS, seed=seed, filters=whole)).measures.v_measure for seed in SEEDS
    ]
    shares = [tutorial_share(explorer, subset or "train", seed) for seed in SEEDS]
    name = f"{subset or 'all'} {len(rows):,}"
    return [
        (name, "precision@10 of neighbors", f"{precision(explorer, rows):.3f}", "", "", f"{N_ASKED} random posts"),
        (name, f"V-measure of {N_CLUSTERS} clusters", *spread(agreement), f"{len(SEEDS)} seeds"),
        (name, "majority share, tutorial's job", *spread(shares), f"{len(SEEDS)} seeds; 0.952 with Gemini vectors"),
    ]


def precision(explorer: Explorer, rows: NDArray[np.intp]) -> float:
    """Return the precision@10 of neighbors among some posts, of which 500 are asked."""
    newsgroups = [explorer.posts[row].newsgroup for row in rows]
    asked = np.random.default_rng(0).choice(len(rows), N_ASKED, replace=False)
    return precision_at(explorer.vectors()[rows], newsgroups, asked)


def tutorial_share(explorer: Explorer, subset: str, seed: int) -> float:
    """Cluster 150 posts of each ``sci.*`` newsgroup into 4; return the mean majority share."""
    wanted: dict[str, list[str]] = {}
    for post in explorer.posts:
        if post.subset == subset and post.newsgroup.startswith("sci.") and not post.truncated:
            wanted.setdefault(post.newsgroup, []).append(post.id)
    draw = random.Random(seed)
    drawn = [post_id for members in wanted.values() for post_id in draw.sample(members, TUTORIAL_PER_NEWSGROUP)]
    clustering = explorer.cluster(len(wanted), seed=seed, filters=Filters(among=frozenset(drawn)))
    return explorer.evaluate(clustering).measures.mean_share


def spread(values: list[float]) -> tuple[str, str, str]:
    return f"{np.mean(values):.3f}", f"{min(values):.3f}", f"{max(values):.3f}"
