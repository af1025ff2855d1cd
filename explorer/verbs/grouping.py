"""The options that say how posts are grouped, and the clustering that they ask for."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer.default_k import DEFAULT_K
from explorer.verbs.verb import OptionGroup, completed_with, given_among
from ingest.embedders import TaskType
from ingest.values import task_type, usable

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.clustering import Clustering
    from explorer.filters import Filters

METHODS = ("kmeans", "hdbscan", "dbscan")


def add_grouping(parser: OptionGroup, method: str = "--method") -> None:
    """Add how posts are grouped; what chance starts from, verbs add that have other uses for it too."""
    parser.add_argument(
        method, dest="method", choices=METHODS, default=METHODS[0], help="how posts are grouped (default: kmeans)"
    )
    vectors = parser.add_argument(
        "--task-type",
        type=usable(task_type),
        default=TaskType.CLUSTERING,
        metavar="TYPE",
        help="which vectors are grouped (default: CLUSTERING)",
    )
    completed_with(vectors, *TaskType)
    parser.add_argument(
        "-k",
        type=int,
        metavar="K",
        help=f"the number of clusters, of kmeans (default: {DEFAULT_K}, or as many as there are posts)",
    )
    parser.add_argument(
        "--smooth",
        action=argparse.BooleanOptionalAction,
        help="draw vectors to their nearest neighbors' first (default: of the offline model's alone)",
    )


def given_grouping(options: argparse.Namespace, method: str = "--method") -> list[str]:
    """Return the options that are given of those that say how posts are grouped."""
    return given_among(
        {
            "-k": options.k is not None,
            method: options.method != METHODS[0],
            "--task-type": options.task_type != TaskType.CLUSTERING,
            "--smooth or --no-smooth": options.smooth is not None,
        }
    )


def miscounted(options: argparse.Namespace) -> str:
    """Tell that a number of clusters is given in vain."""
    if options.k is None or options.method == METHODS[0]:
        return ""
    return f"-k is for {METHODS[0]}: {options.method} finds out how many clusters there are"


def clustered(explorer: Explorer, options: argparse.Namespace, filters: Filters | None = None) -> Clustering:
    """Cluster as the options say, all posts or those that pass."""
    from explorer.clustering import Options
    from explorer.filters import NO_FILTERS

    chosen = Options(options.k, smooth=options.smooth)
    passing = filters or NO_FILTERS
    return explorer.cluster(
        chosen, method=options.method, seed=options.seed, filters=passing, task_type=options.task_type
    )
