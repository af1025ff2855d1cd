"""The verb that groups posts."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from explorer.verbs.verb import Verb, add_seed, opened
from ingest.bars import ConsoleProgress
from ingest.console import print_json, print_table

if TYPE_CHECKING:
    from explorer.clustering import Clustering
    from explorer.labeling import ClusterSummary


def run(options: argparse.Namespace) -> None:
    """Print each cluster's size, majority newsgroup and telling terms."""
    with opened(options) as explorer, ConsoleProgress().stage(f"cluster {len(explorer.posts):,} posts"):
        clustering = explorer.cluster(options.k, seed=options.seed)
        summaries = explorer.describe(clustering)
    if options.json:
        print_json(_as_document(clustering, summaries))
        return
    print_table(
        ("cluster", "posts", "majority newsgroup", "share", "telling terms"),
        [
            (s.cluster, f"{s.size:,}", s.majority_newsgroup, f"{s.majority_share:.2f}", ", ".join(s.terms))
            for s in summaries
        ],
    )


def _as_document(clustering: Clustering, summaries: list[ClusterSummary]) -> dict[str, object]:
    return {
        "k": clustering.n_clusters,
        "seed": clustering.seed,
        "inertia": clustering.inertia,
        "clusters": [asdict(summary) for summary in summaries],
        "labels": dict(zip(clustering.post_ids, clustering.labels.tolist(), strict=True)),
    }


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are grouped."""
    parser.add_argument("-k", type=int, default=20, metavar="K", help="the number of clusters (default: 20)")
    add_seed(parser)


CLUSTER = Verb("Group the posts with KMeans.", "-k 12", add_options, run)
