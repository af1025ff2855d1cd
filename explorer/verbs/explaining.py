"""The verb that tells what sets some posts apart from all: those of a cluster, some by their ids, or all that pass."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, printed
from explorer.verbs.grouping import add_grouping, clustered, given_grouping, misgrouped
from explorer.verbs.verb import Verb, add_filters, add_seed, filters_of, given_among, given_filters
from explorer.verbs.wire import Listener
from ingest.console import note, print_line, print_table, visible

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.picking import Picked


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> Document:
    """Return what some posts are made of, their telling terms, and which of them are typical, unusual or alike."""
    with library.explorer(options, progress) as explorer:
        rows = _picked(explorer, options, progress)
        with progress.stage(f"explain {len(rows):,} posts"):
            return answers.of_explanation(explorer.explain(rows), explorer.posts)


def _picked(explorer: Explorer, options: argparse.Namespace, progress: Listener) -> Picked:
    from explorer.picking import picked, picked_cluster

    if options.cluster is None:
        return picked(explorer, options.ids, filters_of(options))
    with progress.stage(f"cluster {len(explorer.posts):,} posts"):
        return picked_cluster(explorer, clustered(explorer, options, filters_of(options)), options.cluster)


def show(found: Document, options: argparse.Namespace) -> None:
    """Print the newsgroups beside those of all posts, the telling terms, and the posts that stand out."""
    if not found["n_posts"]:
        note("No post passes the filters: take one off.")
        return
    print_line(f"{found['n_posts']:,} posts, {found['share']:.1%} of all\n")
    print_table(
        ("newsgroup", "posts", "share", "of all posts"),
        [
            (each["newsgroup"], f"{each['n_posts']:,}", f"{each['share']:.1%}", f"{each['share_of_all']:.1%}")
            for each in found["mix"]
        ],
    )
    if found["terms"]:
        print_line(f"\ntelling terms: {visible(', '.join(found['terms']))}")
    for name in ("typical", "unusual"):
        _print_members(name, found[name])
    _print_near_duplicates(found["near_duplicates"])


def _print_members(name: str, members: list[Document]) -> None:
    if members:
        print_line("")
        print_table(
            (name, "newsgroup", "subject", "id"),
            [
                (f"{each['similarity']:.2f}", each["newsgroup"], each["subject"] or each["snippet"], each["id"])
                for each in members
            ],
            cut=("newsgroup", "subject"),
        )


def _print_near_duplicates(pairs: list[Document]) -> None:
    if pairs:
        print_line("")
        print_table(
            ("near-duplicates", "id", "id of the other"),
            [(f"{each['similarity']:.2f}", *each["ids"]) for each in pairs],
        )


def misused(options: argparse.Namespace) -> str:
    """Tell what is given in vain, or that nothing says which posts."""
    if options.cluster is not None:
        return "--cluster takes no ID: name posts, or a cluster" if options.ids else misgrouped(options)
    in_vain = [*given_grouping(options), *given_among({"--seed": options.seed})]
    if in_vain:
        return f"{', '.join(in_vain)} is for --cluster: say which"
    return "" if options.ids or given_filters(options) else "say which posts: ID, --cluster N, --newsgroup NAME or so"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add which posts, by their ids, by filters, or by a cluster and how it is made."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="posts, by their ids")
    add_filters(parser.add_argument_group("which posts"))
    group = parser.add_argument_group("or a cluster", "of those posts, grouped as `cluster` does")
    group.add_argument("--cluster", type=int, metavar="N", help="the cluster's number, as `cluster` tells it")
    add_grouping(group)
    add_seed(group)


EXPLAIN = Verb(
    "Tell what sets a cluster, or some other posts, apart from all.",
    "-k 20 --cluster 3",
    add_options,
    printed(answer, show),
    answer=answer,
    misused=misused,
)
