"""What a verb is, and what verbs share: options, opening a corpus, filters."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.console import note
from ingest.storing import add_storing, open_store

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.filters import Filters
    from explorer.verbs.asking import Answer

AddOptions = Callable[[argparse.ArgumentParser], None]
OptionGroup = argparse._ActionsContainer


@dataclass(frozen=True, slots=True)
class Verb:
    """A word of the command line: what it is for, an example, what adds its options, and what runs it.

    ``answer`` is what an app that holds the store answers in its stead, None where it does not; ``misused`` tells
    what is wrong with options that do not go together.
    """

    purpose: str
    example: str
    add_options: AddOptions
    run: Callable[[argparse.Namespace], None]
    has_json: bool = True
    answer: Answer | None = None
    misused: Callable[[argparse.Namespace], str] = lambda _: ""


def add_store(parser: OptionGroup) -> None:
    """Add the options that every verb has."""
    add_storing(parser)
    parser.add_argument("--corpus", metavar="NAME", help="(default: the only one)")
    parser.add_argument("--model", metavar="ID", help="(default: the only one)")


def add_filters(parser: OptionGroup) -> None:
    """Add the options that say which posts are looked at."""
    parser.add_argument(
        "--newsgroup", action="append", default=[], metavar="NAME", help="only posts of this newsgroup; repeatable"
    )
    parser.add_argument("--subset", choices=("train", "test"), default="", help="only posts of this subset")
    parser.add_argument(
        "--contains", default="", metavar="WORDS", help="only posts with this phrase, in capitals or not"
    )


def completed_with(action: argparse.Action, *words: str) -> None:
    """Let shells complete an option with words that it is checked against only when they are used."""
    action.completer = lambda **_: words  # type: ignore[attr-defined]


def add_seed(parser: OptionGroup) -> None:
    parser.add_argument("--seed", type=seed, default=0, metavar="S", help="what chance starts from (default: 0)")


def seed(text: str) -> int:
    """Read a seed."""
    number = int(text)
    if not 0 <= number < 2**32:
        raise argparse.ArgumentTypeError(f"{number} is not from 0 to {2**32 - 1}")
    return number


def opened(options: argparse.Namespace) -> Explorer:
    """Open the corpus that the options name."""
    from explorer import Explorer

    explorer = Explorer.of(open_store(options), corpus=options.corpus, model=options.model)
    if word := unfinished(explorer):
        note(word)
    return explorer


def unfinished(explorer: Explorer) -> str:
    """Return what is to be known of a corpus that is not all there, nothing of one that is."""
    if explorer.is_complete:
        return ""
    return f"The ingest of {explorer.manifest.corpus} is unfinished: these answers are from what is stored so far."


def filters_of(options: argparse.Namespace) -> Filters:
    """Return the filters that ``add_filters`` has read, and the least similarity where a verb has one."""
    from explorer.filters import Filters

    least = getattr(options, "min_similarity", -1.0)
    return Filters(tuple(options.newsgroup), options.subset, options.contains, least)
