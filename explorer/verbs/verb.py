"""What a verb is, and what verbs share: options, opening a corpus, filters."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.verbs.reading import add_reading, reading_of
from ingest.bars import ConsoleProgress
from ingest.console import note

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.filters import Filters

AddOptions = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True, slots=True)
class Verb:
    """A word of the command line: what it is for, an example, what adds its options, and what runs it."""

    purpose: str
    example: str
    add_options: AddOptions
    run: Callable[[argparse.Namespace], None]
    has_json: bool = True


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add the options that every verb has."""
    store = Path(os.environ.get("EXPLORER_STORE") or "chroma_data")
    parser.add_argument(
        "--store", type=Path, default=store, metavar="DIR", help="(default: chroma_data, or EXPLORER_STORE)"
    )
    parser.add_argument("--corpus", metavar="NAME", help="(default: the only one)")
    parser.add_argument("--model", metavar="ID", help="(default: the only one)")
    add_reading(parser)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which posts are looked at."""
    parser.add_argument("--newsgroup", action="append", default=[], metavar="NAME", help="repeatable")
    parser.add_argument("--subset", choices=("train", "test"), default="")
    parser.add_argument("--where", action="append", default=[], metavar="FIELD=VALUE", help="by metadata, repeatable")
    parser.add_argument(
        "--contains", default="", metavar="WORDS", help="only posts with this phrase, in capitals or not"
    )


def add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=seed, default=0, metavar="S")


def seed(text: str) -> int:
    """Read a seed."""
    number = int(text)
    if not 0 <= number < 2**32:
        raise argparse.ArgumentTypeError(f"{number} is not from 0 to {2**32 - 1}")
    return number


def opened(options: argparse.Namespace) -> Explorer:
    """Open the corpus that the options name."""
    from explorer import Explorer
    from explorer.foreign import remarks_on

    reading = reading_of(options)
    with ConsoleProgress().stage(f"read {reading.collection or options.store}") if reading else nullcontext():
        explorer = Explorer.open(options.store, corpus=options.corpus, model=options.model, collection=reading)
        remarks = remarks_on(explorer.foreign) if explorer.foreign else []
    for remark in remarks:
        note(remark)
    if not explorer.is_complete:
        note(f"The ingest of {explorer.manifest.corpus} is unfinished: these answers are from what is stored so far.")
    return explorer


def filters_of(options: argparse.Namespace) -> Filters:
    """Return the filters that ``add_filters`` has read, and the least similarity where a verb has one."""
    from explorer.filters import Filters

    least = getattr(options, "min_similarity", -1.0)
    where = tuple(options.where)
    return Filters(tuple(options.newsgroup), options.subset, options.contains, least, where=where)
