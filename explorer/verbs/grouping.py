"""The options that say how posts are grouped, and the clustering that they ask for."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from explorer.default_k import DEFAULT_K
from explorer.taking import TAKERS, untaken
from explorer.verbs.verb import OptionGroup, completed_with, given_among
from ingest.embedders import TaskType
from ingest.values import task_type, usable

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.clustering import Clustering, Options
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
    _add_density(parser)


def _add_density(parser: OptionGroup) -> None:
    parser.add_argument(
        "--min-cluster-size",
        type=int,
        metavar="N",
        help="of hdbscan: how many posts make a cluster, 2 or more (default: one in 400 posts, and at least 5)",
    )
    parser.add_argument(
        "--min-samples",
        type=int,
        metavar="N",
        help="of hdbscan and dbscan: how many posts make a crowd, 1 or more (default: 10)",
    )
    parser.add_argument(
        "--eps",
        type=float,
        metavar="D",
        help="of dbscan: how far a crowd reaches, at most 2 (default: so far that a quarter of posts have one)",
    )


def given_grouping(options: argparse.Namespace, method: str = "--method") -> list[str]:
    """Return the options that are given of those that say how posts are grouped."""
    given = {
        "-k": options.k is not None,
        method: options.method != METHODS[0],
        "--task-type": options.task_type != TaskType.CLUSTERING,
        "--smooth or --no-smooth": options.smooth is not None,
    }
    return [*given_among(given), *map(_option, _parameters(options))]


def misgrouped(options: argparse.Namespace) -> str:
    """Tell what is given in vain, since it is for another method."""
    if options.k is not None and options.method != METHODS[0]:
        return f"-k is for {METHODS[0]}: {options.method} finds out how many clusters there are"
    return misplaced(options, options.method)


def misplaced(options: argparse.Namespace, *methods: str) -> str:
    """Tell which parameter is given that none of the methods takes."""
    return untaken(_parameters(options), methods, _option)


def _parameters(options: argparse.Namespace) -> dict[str, Any]:
    """Return those that are given."""
    return {name: value for name in TAKERS if (value := getattr(options, name)) is not None}


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def chosen(options: argparse.Namespace) -> Options:
    """Return what is chosen of a clustering."""
    from explorer.clustering import Options

    return Options(options.k, smooth=options.smooth, **_parameters(options))


def clustered(explorer: Explorer, options: argparse.Namespace, filters: Filters | None = None) -> Clustering:
    """Cluster as the options say, all posts or those that pass."""
    from explorer.filters import NO_FILTERS

    passing = filters or NO_FILTERS
    return explorer.cluster(
        chosen(options), method=options.method, seed=options.seed, filters=passing, task_type=options.task_type
    )
