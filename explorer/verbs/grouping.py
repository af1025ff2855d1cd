"""The options that say how posts are grouped, and the clustering that they ask for."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer.verbs.verb import add_seed, completed_with
from ingest.embedders import TaskType

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.clustering import Clustering
    from explorer.filters import Filters

METHODS = ("kmeans", "hdbscan", "dbscan")
DEFAULT_K = 20


def add_grouping(parser: argparse.ArgumentParser) -> None:
    """Add how posts are grouped."""
    method = parser.add_argument(
        "--method", default=METHODS[0], metavar="NAME", help="kmeans, hdbscan or dbscan (default: kmeans)"
    )
    task_type = parser.add_argument(
        "--task-type",
        type=read_task_type,
        default=TaskType.CLUSTERING,
        metavar="TYPE",
        help="which vectors are grouped (default: CLUSTERING)",
    )
    completed_with(method, *METHODS)
    completed_with(task_type, *TaskType)
    parser.add_argument(
        "-k", type=int, default=DEFAULT_K, metavar="K", help=f"the number of clusters, of kmeans (default: {DEFAULT_K})"
    )
    parser.add_argument(
        "--smooth",
        action=argparse.BooleanOptionalAction,
        help="draw vectors to their nearest neighbors' first (default: of the offline model's alone)",
    )
    add_seed(parser)


def clustered(explorer: Explorer, options: argparse.Namespace, filters: Filters | None = None) -> Clustering:
    """Cluster as the options say, all posts or those that pass."""
    from explorer.clustering import Options
    from explorer.filters import NO_FILTERS

    chosen = Options(options.k, smooth=options.smooth)
    passing = filters or NO_FILTERS
    return explorer.cluster(
        chosen, method=options.method, seed=options.seed, filters=passing, task_type=options.task_type
    )


def read_task_type(text: str) -> TaskType:
    """Read a task type, in capitals or not."""
    try:
        return TaskType(text.upper().replace("-", "_"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no task type: choose from {', '.join(TaskType)}") from error
