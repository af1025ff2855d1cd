"""The verb that compares clusters with the newsgroups."""

from __future__ import annotations

import argparse

from explorer.agreement import AGAINST, NEWSGROUPS, SUPERGROUPS, agreement, require_labels
from explorer.answers import Document
from explorer.measures import TITLES
from explorer.verbs.asking import Library, printed
from explorer.verbs.grouping import add_grouping, clustered, misplaced
from explorer.verbs.setting_beside import (
    add_beside,
    asked_queries,
    is_beside,
    other_clustering,
    print_beside,
    print_queries,
)
from explorer.verbs.verb import Verb, add_seed
from explorer.verbs.wire import Listener
from ingest.console import print_line, print_table

ONE_OF = {NEWSGROUPS: "newsgroup", SUPERGROUPS: "super-group"}
FIGURES = ("v_measure", "adjusted_rand", "mean_share", "precision")


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> Document:
    """Return measures, majority clusters and a confusion matrix, also of super-groups, and what is set side by side."""
    with library.explorer(options, progress) as explorer:
        if not is_beside(options):
            require_labels(explorer)
        with progress.stage(f"cluster {len(explorer.posts):,} posts"):
            clustering = clustered(explorer, options)
        return {
            **agreement(explorer, clustering, options.k, other_clustering(explorer, options, progress)),
            **asked_queries(explorer, options, progress),
        }


def show(document: Document, options: argparse.Namespace) -> None:
    """Print a table of each."""
    found = {against: document[against] for against in AGAINST if against in document}
    _print_measures(found)
    for against, each in found.items():
        _print_majorities(against, each)
        _print_confusion(against, each)
    _print_task_types(document["task_types"])
    if "queries" in document:
        print_queries(document["queries"])
    if "side_by_side" in document:
        print_beside(document["side_by_side"])


def _print_measures(found: dict[str, Document]) -> None:
    print_table(
        ("measure", *(f"against {against}" for against in found)),
        [(title, *(f"{each['measures'][name]:.3f}" for each in found.values())) for name, title in TITLES.items()],
    )


def _print_majorities(against: str, found: Document) -> None:
    print_line("")
    print_table(
        (ONE_OF[against], "posts", "majority cluster", "share", "merged with"),
        [_majority_row(each) for each in found["majorities"]],
        cut=("merged with",),
    )


def _majority_row(found: Document) -> tuple[str, ...]:
    cluster = "" if found["cluster"] is None else str(found["cluster"])
    return (
        found["newsgroup"],
        f"{found['n_posts']:,}",
        cluster,
        f"{found['share']:.3f}",
        ", ".join(found["merged_with"]),
    )


def _print_confusion(against: str, found: Document) -> None:
    print_line("")
    rows = zip(found["newsgroups"], found["confusion"], strict=True)
    print_table((ONE_OF[against], *map(str, found["clusters"])), [(name, *counts) for name, counts in rows])


def _print_task_types(compared: list[Document]) -> None:
    print_line("")
    print_table(
        ("task type, KMeans", "clusters", "V-measure", "adjusted Rand", "mean share", "precision@10"),
        [(each["name"], str(each["n_clusters"]), *(_figure(each[key]) for key in FIGURES)) for each in compared],
    )


def _figure(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are grouped, and what else that is set beside."""
    add_grouping(parser)
    add_seed(parser)
    add_beside(parser)


def misused(options: argparse.Namespace) -> str:
    """Tell what neither clustering takes; a number is always of use, to compare task types."""
    other = options.against_method or options.method
    return misplaced(options, *dict.fromkeys((options.method, other)))


EVALUATE = Verb(
    "Compare clusters with the newsgroups, which are the posts' labels.",
    "-k 20",
    add_options,
    printed(answer, show),
    answer=answer,
    misused=misused,
)
