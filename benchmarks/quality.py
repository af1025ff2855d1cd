"""Quality of the offline default on all real posts: neighbors, clusters, and the clustering tutorial's job."""

from __future__ import annotations

import random

import numpy as np

from explorer import Explorer
from explorer.clustering import kmeans_labels
from explorer.evaluation import evaluate
from explorer.precision import precision_at
from ingest.console import print_line, print_table

N_ASKED = 500
N_CLUSTERS = 20
SEEDS = range(5)
TUTORIAL_PER_NEWSGROUP = 150


def report(explorer: Explorer) -> None:
    """Print each measure with the number of posts or seeds it rests on."""
    newsgroups = [post.newsgroup for post in explorer.posts]
    rows = np.random.default_rng(0).choice(len(newsgroups), N_ASKED, replace=False)
    precision = precision_at(explorer.vectors(), newsgroups, rows)
    agreement = [
        evaluate(explorer.cluster(N_CLUSTERS, seed=seed).labels, newsgroups).measures.v_measure for seed in SEEDS
    ]
    shares = [tutorial_share(explorer, seed) for seed in SEEDS]
    print_line(f"\nQuality: {len(newsgroups):,} posts, {explorer.manifest.model}")
    print_table(
        ("measure", "mean", "least", "most", "over"),
        [
            ("precision@10 of neighbors", f"{precision:.3f}", "", "", f"{N_ASKED} random posts"),
            (f"V-measure of {N_CLUSTERS} clusters", *spread(agreement), f"{len(SEEDS)} seeds"),
            ("majority share, tutorial's job", *spread(shares), f"{len(SEEDS)} seeds; 0.952 with Gemini vectors"),
        ],
    )


def tutorial_share(explorer: Explorer, seed: int) -> float:
    """Cluster 150 training posts of each ``sci.*`` newsgroup into 4; return the mean majority share."""
    wanted: dict[str, list[int]] = {}
    for row, post in enumerate(explorer.posts):
        if post.subset == "train" and post.newsgroup.startswith("sci.") and not post.truncated:
            wanted.setdefault(post.newsgroup, []).append(row)
    draw = random.Random(seed)
    rows = [row for members in wanted.values() for row in draw.sample(members, TUTORIAL_PER_NEWSGROUP)]
    labels = kmeans_labels(explorer.vectors()[rows], len(wanted), seed)
    return evaluate(labels, [explorer.posts[row].newsgroup for row in rows]).measures.mean_share


def spread(values: list[float]) -> tuple[str, str, str]:
    return f"{np.mean(values):.3f}", f"{min(values):.3f}", f"{max(values):.3f}"
