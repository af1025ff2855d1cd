"""The verb that compares clusters with the newsgroups."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer import answers
from explorer.answers import Document
from explorer.measures import TITLES
from explorer.verbs.asking import Library, printed
from explorer.verbs.grouping import add_grouping, clustered
from explorer.verbs.setting_beside import (
    add_beside,
    asked_queries,
    is_beside,
    print_beside,
    print_queries,
    set_beside,
)
from explorer.verbs.verb import Verb
from explorer.verbs.wire import Listener
from ingest.console import print_line, print_table
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer import Explorer

AGAINST = ("newsgroups", "super-groups")
FIGURES = ("v_measure", "adjusted_rand", "mean_share", "precision")


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> Document:
    """Return the measures, each newsgroup's majority cluster, the confusion matrix, and what is set side by side."""
    with library.explorer(options, progress) as explorer:
        if len(explorer.posts) == 1 or not is_beside(options):
            _require_newsgroups(explorer)
        with progress.stage(f"cluster {len(explorer.posts):,} posts"):
            clustering = clustered(explorer, options)
        found = {"newsgroups": explorer.evaluate(clustering)}
        if explorer.has_supergroups:
            found["super-groups"] = explorer.evaluate(clustering, by_supergroup=True)
        task_types = explorer.compare_task_types(min(options.k, len(explorer.posts)), seed=options.seed)
        return {
            **answers.of_evaluations(found, task_types),
            **set_beside(explorer, clustering, options, progress),
            **asked_queries(explorer, options, progress),
        }


def _require_newsgroups(explorer: Explorer) -> None:
    """Refuse to compare clusters with what does not tell posts apart."""
    if len(explorer.newsgroups) < 2:
        raise UserError(
            f"All posts of {explorer.manifest.corpus} are of {explorer.newsgroups[0]!r}, and clusters are compared "
            "with two newsgroups or more: ingest posts with labels, or compare two clusterings with --against-k."
        )


def show(document: Document, options: argparse.Namespace) -> None:
    """Print a table of each."""
    _print_measures({against: document[against] for against in AGAINST if against in document})
    _print_majorities(document["newsgroups"])
    _print_confusion(document["newsgroups"])
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


def _print_majorities(found: Document) -> None:
    print_line("")
    print_table(
        ("newsgroup", "posts", "majority cluster", "share", "merged with"),
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


def _print_confusion(found: Document) -> None:
    print_line("")
    rows = zip(found["newsgroups"], found["confusion"], strict=True)
    print_table(("newsgroup", *map(str, found["clusters"])), [(name, *counts) for name, counts in rows])


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
    add_beside(parser)


EVALUATE = Verb("Compare clusters with the newsgroups.", "-k 20", add_options, printed(answer, show), answer=answer)
