"""The ingest's command line: ``python -m ingest [SOURCE] [options]``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from ingest.cleaning import STRIPS, Cleaning
from ingest.console import ConsoleProgress, note, print_json, print_line, run
from ingest.corpora import SOURCES, auto, read_corpus
from ingest.corpora.selection import Selection
from ingest.embedders import EMBEDDERS, TaskType, choose_embedder, make_embedder
from ingest.errors import UnknownNameError
from ingest.job import Order, Summary, holds_posts, ingest
from ingest.store import Store, require_corpus_name

INTERRUPTED = "Interrupted: what was embedded is kept; run the same command again to go on."


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, run, and return the exit status."""
    options = _parser().parse_args(arguments)
    return run(lambda: _ingest(options), interrupted=INTERRUPTED)


def _ingest(options: argparse.Namespace) -> None:
    order = _order(options)
    with Store(options.store, create=True) as store:
        source = _source(options, store)
        name = require_corpus_name(options.corpus or source)
        if options.if_empty and holds_posts(store, name):
            note(f"The store holds posts of {name} already: nothing to do.")
            return
        progress = ConsoleProgress()
        embedder = make_embedder(_embedder_name(options), options.model, options.dimensions)
        with progress.stage(f"read {source}"):
            corpus = replace(read_corpus(source), name=name)
        summary = ingest(corpus, order, embedder, store, progress)
    _report(summary, progress.seconds, as_json=options.json)


def _source(options: argparse.Namespace, store: Store) -> str:
    if options.source != "auto":
        return str(options.source)
    held = [name for name in SOURCES if options.if_empty and holds_posts(store, name)]
    choice = auto.choose_source(held)
    if choice.reason:
        note(choice.reason)
    return choice.source


def _embedder_name(options: argparse.Namespace) -> str:
    if options.embedder != "auto":
        return str(options.embedder)
    name, reason = choose_embedder(os.environ)
    note(reason)
    return name


def _order(options: argparse.Namespace) -> Order:
    strip = tuple(part for part in options.strip.split(",") if part)
    return Order(
        Selection(options.subset, tuple(options.newsgroups), options.per_newsgroup, options.seed),
        Cleaning(strip, options.long_posts, options.max_characters),
        tuple(dict.fromkeys(_task_type(name) for name in options.task_types.split(","))),
        options.replace,
    )


def _task_type(name: str) -> TaskType:
    if name.upper() not in TaskType.__members__:
        raise UnknownNameError("task type", name, list(TaskType.__members__))
    return TaskType[name.upper()]


def _report(summary: Summary, seconds: dict[str, float], *, as_json: bool) -> None:
    if as_json:
        rounded = {stage: round(duration, 2) for stage, duration in seconds.items()}
        print_json({**asdict(summary), "seconds": rounded})
        return
    s = summary
    print_line(f"{s.corpus}: {s.n_posts:,} posts in the order, of {s.n_read:,} read and {s.n_matched:,} that match")
    print_line(f"  dropped    {s.n_dropped_empty:,} empty after cleaning, {s.n_dropped_long:,} too long")
    print_line(
        f"  truncated  {s.n_truncated:,} at the limit; {s.n_shortened:,} new ones are longer than {s.model} reads"
    )
    print_line(f"  embedded   {s.n_embedded:,} texts with {s.model}; the rest was in the embedding cache")
    print_line(f"  written    {s.n_written:,} posts, {s.n_removed:,} removed")
    for name in s.collections:
        print_line(f"  collection {name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Read posts, clean them, embed them, and store them in Chroma.",
        epilog="example: python -m ingest 20newsgroups --newsgroups 'sci.*' --per-newsgroup 150",
    )
    parser.add_argument(
        "source", nargs="?", default="auto", metavar="SOURCE", help=f"auto (default), {', '.join(SOURCES)}"
    )
    parser.add_argument("--corpus", metavar="NAME", help="the name to store the posts by (default: the source's)")
    _add_selection(parser.add_argument_group("which posts"))
    _add_cleaning(parser.add_argument_group("cleaning"))
    _add_embedding(parser.add_argument_group("embedding"))
    _add_storing(parser.add_argument_group("storing"))
    return parser


def _add_selection(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--subset", choices=("train", "test", "all"), default="all")
    group.add_argument("--newsgroups", action="append", default=[], metavar="PATTERN", help="shell-style, repeatable")
    group.add_argument(
        "--per-newsgroup", type=_positive, metavar="N", help="a seeded sample of N posts from each newsgroup"
    )
    group.add_argument("--seed", type=int, default=0, metavar="S")


def _add_cleaning(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--long-posts", choices=("truncate", "drop"), default="truncate")
    group.add_argument("--max-characters", type=_positive, default=10_000, metavar="N")
    group.add_argument("--strip", default="", metavar="LIST", help=f"of {','.join(STRIPS)} (default: none)")


def _add_embedding(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--embedder", choices=("auto", *EMBEDDERS), default="auto")
    group.add_argument("--model", metavar="ID")
    group.add_argument("--dimensions", type=_positive, metavar="N")
    defaults = ",".join(Order().task_types)
    group.add_argument("--task-types", default=defaults, metavar="LIST", help=f"(default: {defaults})")


def _add_storing(group: argparse._ArgumentGroup) -> None:
    store = Path(os.environ.get("EXPLORER_STORE", "chroma_data"))
    group.add_argument(
        "--store", type=Path, default=store, metavar="DIR", help="(default: chroma_data, or EXPLORER_STORE)"
    )
    group.add_argument("--if-empty", action="store_true", help="do nothing where the corpus holds posts already")
    group.add_argument("--replace", action="store_true", help="make the corpus exactly what is asked for")
    group.add_argument("--json", action="store_true", help="print the summary as one JSON document")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
