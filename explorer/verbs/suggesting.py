"""Which number of clusters to choose, which the verb that groups posts tells instead where it is asked to."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from explorer.answers import Document
from explorer.verbs.grouping import given_grouping
from explorer.verbs.verb import filters_of, given_among
from ingest.console import print_line, print_table

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.verbs.wire import Listener

MOST_K = 1_000
N_TRIED = 20  # numbers of clusters one by one; of a wider range, some
RANGE = re.compile(r"(\d{1,4})-(\d{1,4})")


def add_suggesting(parser: argparse.ArgumentParser) -> None:
    """Add whether a number of clusters is asked for, and from which to which."""
    parser.add_argument(
        "--suggest-k",
        nargs="?",
        type=_range,
        const=(),
        metavar="FROM-TO",
        help="say which number of clusters to choose, and why, instead; of those that suit so many posts, or a range",
    )


def misjudged(options: argparse.Namespace) -> str:
    """Tell what is given in vain: numbers of clusters are judged as KMeans makes them of several seeds."""
    grouping = [each for each in given_grouping(options) if each != "--task-type"]
    in_vain = [*grouping, *given_among({"--seed": options.seed, "--titles": options.titles})]
    if options.suggest_k is None or not in_vain:
        return ""
    return (
        f"--suggest-k judges what KMeans makes of several seeds, and takes no {', '.join(in_vain)}: leave that out "
        "(a range of numbers is --suggest-k 5-40)"
    )


def suggested(explorer: Explorer, options: argparse.Namespace, n_posts: int, progress: Listener) -> Document:
    """Return what each number of clusters is like, and the one to recommend."""
    from explorer.sweep import default_ks, recommended

    ks = tried(*options.suggest_k) if options.suggest_k else default_ks(n_posts)
    rows = []
    with progress.stage(f"compare clusterings of {n_posts:,} posts", len(ks)) as advance:
        for row in explorer.sweep(ks, task_type=options.task_type, filters=filters_of(options)):
            rows.append(row)
            advance(1)
    return {"rows": [asdict(row) for row in rows], **asdict(recommended(rows))}


def tried(first: int, last: int) -> list[int]:
    """Return the numbers of clusters from one to another, or some of so many."""
    from explorer.sweep import LADDER

    if last - first < N_TRIED:
        return list(range(first, last + 1))
    return sorted({first, *(k for k in LADDER if first < k < last), last})


def show_suggested(document: Document) -> None:
    """Print what each number of clusters is like, what that is worked out from, and the one to choose."""
    rows = document["rows"]
    print_table(("k", "silhouette", "stability", "adjusted Rand", "inertia"), [_figures(row) for row in rows])
    judged = rows[0]  # as all of them
    print_line(f"\nSilhouette of all {judged['n_posts']:,} posts; stability over {judged['n_seeds']} seeds.")
    print_line(document["reason"])


def _figures(row: Document) -> tuple[str, ...]:
    figures = (row["silhouette"], row["stability"], row["agreement"])
    shown = ("" if figure is None else f"{figure:.3f}" for figure in figures)
    return (str(row["n_clusters"]), *shown, f"{row['inertia']:,.1f}")


def _range(text: str) -> tuple[int, int]:
    found = RANGE.fullmatch(text)
    first, last = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 2 <= first <= last <= MOST_K:
        raise argparse.ArgumentTypeError(f"{text!r} is no range of numbers of clusters: give 5-40, or so")
    return first, last
