"""What the verb that evaluates sets side by side: two clusterings of one corpus, and questions embedded in two ways."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from explorer.answers import Document
from explorer.measures import TITLES
from explorer.verbs.grouping import METHODS, chosen
from explorer.verbs.wire import Listener
from ingest.console import print_line, print_table

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.clustering import Clustering


def add_beside(parser: argparse.ArgumentParser) -> None:
    """Add what clusters are compared with besides newsgroups, and whether questions are asked."""
    parser.add_argument("--against-model", metavar="ID", help="set the clusters of another model beside these")
    parser.add_argument("--against-method", choices=METHODS, help="... or those of another method")
    parser.add_argument("--against-k", type=int, metavar="K", help="... or of another number")
    parser.add_argument(
        "--queries",
        action="store_true",
        help="embed 200 subjects as queries and as documents, and tell which find more of their newsgroup",
    )


def is_beside(options: argparse.Namespace) -> bool:
    """Tell whether the options name another clustering."""
    return (options.against_model, options.against_method, options.against_k) != (None, None, None)


def other_clustering(explorer: Explorer, options: argparse.Namespace, progress: Listener) -> Clustering | None:
    """Cluster once more as the options say, if they name another clustering."""
    if not is_beside(options):
        return None
    n_clusters = options.k if options.against_k is None else options.against_k
    beside = explorer.beside(options.against_model) if options.against_model else explorer
    with progress.stage(f"cluster {len(beside.posts):,} posts again"):
        return beside.cluster(
            replace(chosen(options), n_clusters=n_clusters),
            method=options.against_method or options.method,
            seed=options.seed,
            task_type=options.task_type,
        )


def asked_queries(explorer: Explorer, options: argparse.Namespace, progress: Listener) -> Document:
    """Ask in both ways, if that is wanted; it is told first how many texts are embedded for it."""
    if not options.queries:
        return {}
    bill = explorer.bill_for_queries(seed=options.seed)
    if bill.n_texts:
        price = "" if bill.usd is None else f", {bill.usd:.4f} USD"
        progress.say(f"{bill.n_texts:,} texts are embedded for {bill.n_questions:,} questions{price}.")
    with progress.stage("embed questions", bill.n_texts or None) as advance:
        return {"queries": asdict(explorer.compare_queries(seed=options.seed, progress=advance))}


def print_queries(found: Document) -> None:
    print_line("")
    ways = {"RETRIEVAL_QUERY": found["as_query"], "RETRIEVAL_DOCUMENT": found["as_document"]}
    shown = ways if found["has_task_types"] else {"RETRIEVAL_QUERY": found["as_query"]}
    print_table(
        ("questions embedded as", f"precision@{found['n_nearest']}"),
        [(name, f"{figure:.3f}") for name, figure in shown.items()],
    )
    if not found["has_task_types"]:
        print_line("The model has no task types: whichever is asked for makes no difference.")


def print_beside(found: Document) -> None:
    overlap = found["overlap"]
    print_line(
        f"\nThis and the other clustering of {found['n_posts']:,} posts that both have: "
        f"adjusted Rand {overlap['adjusted_rand']:.3f}, V-measure (= NMI) {overlap['nmi']:.3f}."
    )
    print_table(
        ("against newsgroups", "this", "other", "change"),
        [
            (TITLES[each["measure"]], f"{each['one']:.3f}", f"{each['other']:.3f}", f"{each['change']:+.3f}")
            for each in found["differences"]
            if each["measure"] in TITLES
        ],
    )
    print_line("")
    rows = zip(overlap["of_one"], overlap["counts"], strict=True)
    print_table(("this / other", *map(str, overlap["of_other"])), [(str(cluster), *counts) for cluster, counts in rows])
