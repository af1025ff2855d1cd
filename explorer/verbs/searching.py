"""The verbs that find posts: by a typed question, and by posts like those that are looked for."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from operator import itemgetter

from explorer import answers
from explorer.answers import Document
from explorer.question import MODES, Question
from explorer.snippets import snippet
from explorer.verbs.asking import Library, printed
from explorer.verbs.verb import Verb, add_filters, filters_of
from explorer.verbs.wire import Listener
from ingest.console import note, print_table
from ingest.values import positive

WIDE = 120  # columns of a terminal with room for a post's subject and for some of its text

Cell = Callable[[Document], str]


def search(library: Library, options: argparse.Namespace, progress: Listener) -> list[Document]:
    """Return what answers a question."""
    with library.explorer(options, progress) as explorer:
        found = explorer.search(options.text, options.n_results, filters_of(options), mode=options.mode)
    return answers.of_hits(found)


def similar(library: Library, options: argparse.Namespace, progress: Listener) -> list[Document]:
    """Return what is like some posts, and unlike others."""
    question = Question(like=tuple(options.ids), unlike=tuple(options.unlike))
    with library.explorer(options, progress) as explorer:
        found = explorer.search(question, options.n_results, filters_of(options))
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
    parser.add_argument(
        "--unlike", nargs="+", action="extend", default=[], metavar="ID", help="posts to find less like, by their ids"
    )
    parser.set_defaults(mode="meaning")
    _add_finding(parser)


def _add_finding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-n", type=positive, default=10, metavar="N", dest="n_results", help="how many (default: 10)")
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
    columns: dict[str, Cell] = {**WHY[options.mode], **_telling(rows), "id": itemgetter("id")}
    print_table(
        tuple(columns),
        [[cell(row) for cell in columns.values()] for row in rows],
        cut=("words", "newsgroup", "subject", "text"),
    )


def _telling(rows: Sequence[Document]) -> dict[str, Cell]:
    """Return the columns that tell what posts are about; one without a subject always shows some of its text."""
    newsgroup, subject = itemgetter("newsgroup"), itemgetter("subject")
    if not any(map(subject, rows)):
        return {"newsgroup": newsgroup, "text": _text}
    if not sys.stdout.isatty() or shutil.get_terminal_size().columns >= WIDE:
        return {"newsgroup": newsgroup, "subject": subject, "text": _text}
    return {"newsgroup": newsgroup, "subject": lambda row: subject(row) or _text(row)}


def _text(row: Document) -> str:
    return snippet(row["text"], row["subject"], row["words"])


def _similarity_of(row: Document) -> str:
    return "" if row["similarity"] is None else f"{row['similarity']:.2f}"


def _rank(name: str) -> Cell:
    return lambda row: "" if row[name] is None else f"{row[name]:,}"


# What a table tells in each mode of why a post was found.
WHY: dict[str, dict[str, Cell]] = {
    "meaning": {"similarity": _similarity_of},
    "keywords": {"words": lambda row: ", ".join(row["words"])},
    "hybrid": {"similarity": _similarity_of, "meaning": _rank("meaning_rank"), "keywords": _rank("keywords_rank")},
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
