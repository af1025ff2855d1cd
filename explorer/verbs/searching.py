"""The verbs that find posts: by a typed question, and by posts like those that are looked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from explorer import answers
from explorer.answers import Document
from explorer.question import MODES, Question
from explorer.verbs.asking import Library, printed
from explorer.verbs.verb import Verb, add_filters, filters_of
from explorer.verbs.wire import Listener
from ingest.console import note, print_table


def search(library: Library, options: argparse.Namespace, progress: Listener) -> list[Document]:
    """Return what answers a question."""
    with library.explorer(options, progress) as explorer:
        found = explorer.search(options.text, options.n_results, filters_of(options), mode=options.mode)
    return answers.of_hits(found)


def similar(library: Library, options: argparse.Namespace, progress: Listener) -> list[Document]:
    """Return what is like some posts."""
    with library.explorer(options, progress) as explorer:
        found = explorer.search(Question(like=tuple(options.ids)), options.n_results, filters_of(options))
    return answers.of_hits(found)


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="a question, a phrase, or the text of a post")
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
    parser.add_argument("-n", type=int, default=10, metavar="N", dest="n_results", help="how many (default: 10)")
    group = parser.add_argument_group("which posts")
    add_filters(group)
    group.add_argument(
        "--min-similarity", type=_similarity, default=-1.0, metavar="S", help="only posts as near as that, from -1 to 1"
    )


def _similarity(text: str) -> float:
    try:
        similarity = float(text)
    except ValueError:
        similarity = float("nan")
    if not -1 <= similarity <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a similarity: give -1 to 1")
    return similarity


def _show(rows: Sequence[Document], options: argparse.Namespace) -> None:
    if not rows:
        note("Nothing is that near, or everything is filtered out: ask for less.")
        return
    columns = WHY[options.mode]
    print_table(
        (*columns, "newsgroup", "subject", "id"),
        [(*(CELLS[column](row) for column in columns), *(row[key] for key in POST_KEYS)) for row in rows],
        cut=("subject", "words", "newsgroup"),
    )


def _shown(rank: int | None) -> str:
    return "" if rank is None else f"{rank:,}"


POST_KEYS = ("newsgroup", "subject", "id")
# What a table tells in each mode of why a post was found.
WHY = {"meaning": ("similarity",), "keywords": ("words",), "hybrid": ("similarity", "meaning", "keywords")}
CELLS: dict[str, Callable[[Document], str]] = {
    "similarity": lambda row: "" if row["similarity"] is None else f"{row['similarity']:.2f}",
    "words": lambda row: ", ".join(row["words"]),
    "meaning": lambda row: _shown(row["meaning_rank"]),
    "keywords": lambda row: _shown(row["keywords_rank"]),
}


SEARCH = Verb(
    "Find the posts that answer a question.",
    '"why do shuttle launches slip?" --mode hybrid',
    _add_search,
    printed(search, _show),
    answer=search,
)
SIMILAR = Verb(
    "Find the neighbors of stored posts.",
    "train/rec.autos/102994 -n 5",
    _add_similar,
    printed(similar, _show),
    answer=similar,
)
