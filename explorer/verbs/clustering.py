"""The verb that groups posts."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from explorer import answers
from explorer.verbs.verb import Verb, add_seed, opened
from ingest.bars import ConsoleProgress
from ingest.console import note, print_json, print_line, print_table
from ingest.embedders import TaskType
from ingest.embedders.gemini_titles import DEFAULT_MODEL as TITLES_MODEL

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.clustering import Clustering
    from explorer.labeling import ClusterSummary
    from explorer.sweep import SweepRow


def run(options: argparse.Namespace) -> None:
    """Print each cluster's size, majority newsgroup and telling terms, or which number of clusters to choose."""
    if options.suggest_k:
        suggest(options)
        return
    with opened(options) as explorer, ConsoleProgress().stage(f"cluster {len(explorer.posts):,} posts"):
        clustering = clustered(explorer, options)
        summaries = described(explorer, clustering, options)
    if options.json:
        print_json(answers.of_clustering(clustering, summaries))
        return
    print_table(
        ("cluster", "posts", "majority newsgroup", "share", "title" if options.titles else "telling terms"),
        [
            (s.cluster, f"{s.size:,}", s.majority_newsgroup, f"{s.majority_share:.2f}", s.title or ", ".join(s.terms))
            for s in summaries
        ],
    )
    if clustering.n_noise:
        note(f"{clustering.n_noise:,} posts are in no cluster.")


def described(explorer: Explorer, clustering: Clustering, options: argparse.Namespace) -> list[ClusterSummary]:
    """Describe the clusters, with titles where the options ask for some."""
    if not options.titles:
        return explorer.describe(clustering)
    titled = explorer.title(clustering, model=options.titles_model)
    if titled.note:
        note(titled.note)
    return titled.summaries


def suggest(options: argparse.Namespace) -> None:
    """Print what each number of clusters is like, and the one to recommend."""
    from explorer.sweep import recommended

    with opened(options) as explorer, ConsoleProgress().stage(f"compare clusterings of {len(explorer.posts):,} posts"):
        rows = list(explorer.sweep(task_type=options.task_type))
    recommendation = recommended(rows)
    if options.json:
        print_json({"rows": [asdict(row) for row in rows], **asdict(recommendation)})
        return
    print_table(("k", "silhouette", "stability", "adjusted Rand", "inertia"), [_row_of(row) for row in rows])
    print_line(f"\n{recommendation.reason}")


def _row_of(row: SweepRow) -> tuple[str, ...]:
    figures = (row.silhouette, row.stability, row.agreement)
    shown = ("" if figure is None else f"{figure:.3f}" for figure in figures)
    return (str(row.n_clusters), *shown, f"{row.inertia:,.1f}")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are grouped, and what tells how many groups there are."""
    add_grouping(parser)
    parser.add_argument(
        "--suggest-k", action="store_true", help="say which number of clusters to choose, and why, instead"
    )
    parser.add_argument(
        "--titles", action="store_true", help="let Gemini write a title for each cluster: needs a key, is paid for once"
    )
    parser.add_argument("--titles-model", default=TITLES_MODEL, metavar="ID", help=f"(default: {TITLES_MODEL})")


def add_grouping(parser: argparse.ArgumentParser) -> None:
    """Add how posts are grouped."""
    parser.add_argument(
        "--method", default="kmeans", metavar="NAME", help="kmeans, hdbscan or dbscan (default: kmeans)"
    )
    parser.add_argument(
        "--task-type", type=read_task_type, default=TaskType.CLUSTERING, metavar="TYPE", help="(default: CLUSTERING)"
    )
    parser.add_argument("-k", type=int, default=20, metavar="K", help="the number of clusters, of kmeans (default: 20)")
    parser.add_argument(
        "--smooth",
        action=argparse.BooleanOptionalAction,
        help="draw vectors to their nearest neighbors' first (default: of the offline model's alone)",
    )
    add_seed(parser)


def clustered(explorer: Explorer, options: argparse.Namespace) -> Clustering:
    """Cluster as the options say."""
    from explorer.clustering import Options

    chosen = Options(options.k, smooth=options.smooth)
    return explorer.cluster(chosen, method=options.method, seed=options.seed, task_type=options.task_type)


def read_task_type(text: str) -> TaskType:
    """Read a task type, in capitals or not."""
    try:
        return TaskType(text.upper().replace("-", "_"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no task type: choose from {', '.join(TaskType)}") from error


CLUSTER = Verb("Group the posts.", "-k 12", add_options, run)
