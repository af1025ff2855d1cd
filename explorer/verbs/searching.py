"""The verbs that find posts: by a typed question, and by posts like those that are looked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from explorer import answers
from explorer.question import MODES, Question
from explorer.verbs.verb import Verb, add_filters, filters_of, opened
from ingest.console import note, print_json, print_table

if TYPE_CHECKING:
    from explorer.search import Hit


def search(options: argparse.Namespace) -> None:
    """Print what answers a question."""
    with opened(options) as explorer:
        found = explorer.search(options.text, options.n_results, filters_of(options), mode=options.mode)
    _show(found, options)


def similar(options: argparse.Namespace) -> None:
    """Print what is like some posts."""
    with opened(options) as explorer:
        found = explorer.search(Question(like=tuple(options.ids)), options.n_results, filters_of(options))
    _show(found, options)


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument(
        "--mode",
        choices=MODES,
        default="meaning",
        help="how posts are found; hybrid is both at once (default: meaning)",
    )
    _add_finding(parser)


def _add_similar(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help="a post's id, such as train/rec.autos/102994")
    parser.set_defaults(mode="meaning")
    _add_finding(parser)


def _add_finding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-n", type=int, default=10, metavar="N", dest="n_results", help="(default: 10)")
    add_filters(parser)
    parser.add_argument("--min-similarity", type=_similarity, default=-1.0, metavar="S", help="from -1 to 1")


def _similarity(text: str) -> float:
    try:
        similarity = float(text)
    except ValueError:
        similarity = float("nan")
    if not -1 <= similarity <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a similarity: give -1 to 1")
    return similarity


def _show(hits: Sequence[Hit], options: argparse.Namespace) -> None:
    if options.json:
        print_json(answers.of_hits(hits))
        return
    if not hits:
        note("Nothing is that near, or everything is filtered out: ask for less.")
        return
    columns = WHY[options.mode]
    print_table(
        (*columns, "newsgroup", "subject", "id"),
        [
            (*(CELLS[column](hit) for column in columns), hit.post.newsgroup, hit.post.subject, hit.post.id)
            for hit in hits
        ],
    )


def _shown(rank: int | None) -> str:
    return "" if rank is None else f"{rank:,}"


# What a table tells in each mode of why a post was found.
WHY = {"meaning": ("similarity",), "keywords": ("words",), "hybrid": ("similarity", "meaning", "keywords")}
CELLS: dict[str, Callable[[Hit], str]] = {
    "similarity": lambda hit: f"{hit.similarity:.2f}",
    "words": lambda hit: ", ".join(hit.words),
    "meaning": lambda hit: _shown(hit.meaning_rank),
    "keywords": lambda hit: _shown(hit.keywords_rank),
}


SEARCH = Verb(
    "Find the posts that answer a question.", '"why do shuttle launches slip?" --mode hybrid', _add_search, search
)
SIMILAR = Verb("Find the neighbors of stored posts.", "train/rec.autos/102994 -n 5", _add_similar, similar)
