"""The verb that compares clusters with the newsgroups."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer import answers
from explorer.measures import TITLES
from explorer.verbs.clustering import add_grouping, clustered
from explorer.verbs.setting_beside import (
    add_beside,
    asked_queries,
    print_beside,
    print_queries,
    queries_document,
    set_beside,
    side_document,
)
from explorer.verbs.verb import Verb, opened
from ingest.bars import ConsoleProgress
from ingest.console import print_json, print_line, print_table

if TYPE_CHECKING:
    from explorer.comparing import Comparison
    from explorer.evaluation import Evaluation


def run(options: argparse.Namespace) -> None:
    """Print the measures, each newsgroup's majority cluster, the confusion matrix, and the task types side by side."""
    with opened(options) as explorer:
        with ConsoleProgress().stage(f"cluster {len(explorer.posts):,} posts"):
            clustering = clustered(explorer, options)
        found = {"newsgroups": explorer.evaluate(clustering)}
        if explorer.has_supergroups:
            found["super-groups"] = explorer.evaluate(clustering, by_supergroup=True)
        task_types = explorer.compare_task_types(min(options.k, len(explorer.posts)), seed=options.seed)
        beside = set_beside(explorer, clustering, options)
        queries = asked_queries(explorer, options)
    if options.json:
        print_json({**answers.of_evaluations(found, task_types), **side_document(beside), **queries_document(queries)})
        return
    _print_measures(found)
    _print_majorities(found["newsgroups"])
    _print_confusion(found["newsgroups"])
    _print_task_types(task_types)
    print_queries(queries)
    print_beside(beside)


def _print_measures(found: dict[str, Evaluation]) -> None:
    print_table(
        ("measure", *(f"against {against}" for against in found)),
        [
            (title, *(f"{getattr(each.measures, name):.3f}" for each in found.values()))
            for name, title in TITLES.items()
        ],
    )


def _print_majorities(found: Evaluation) -> None:
    print_line("")
    print_table(
        ("newsgroup", "posts", "majority cluster", "share", "merged with"),
        [
            (each.newsgroup, f"{each.n_posts:,}", each.cluster, f"{each.share:.3f}", ", ".join(each.merged_with))
            for each in found.majorities
        ],
    )


def _print_confusion(found: Evaluation) -> None:
    print_line("")
    rows = zip(found.newsgroups, found.confusion.tolist(), strict=True)
    print_table(("newsgroup", *map(str, found.clusters)), [(name, *counts) for name, counts in rows])


def _print_task_types(compared: list[Comparison]) -> None:
    print_line("")
    print_table(
        ("task type, KMeans", "clusters", "V-measure", "adjusted Rand", "mean share", "precision@10"),
        [(each.name, str(each.n_clusters), *(f"{figure:.3f}" for figure in _figures(each))) for each in compared],
    )


def _figures(each: Comparison) -> tuple[float, ...]:
    return (each.v_measure, each.adjusted_rand, each.mean_share, each.precision or 0.0)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are grouped, and what else that is set beside."""
    add_grouping(parser)
    add_beside(parser)


EVALUATE = Verb("Compare clusters with the newsgroups.", "-k 20", add_options, run)
