"""What a verb is, and what verbs share: options, opening a corpus, filters."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.verbs.reading import add_reading, reading_of
from ingest.storing import add_storing, open_to_explore

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.filters import Filters
    from explorer.verbs.asking import Answer
    from explorer.verbs.wire import Listener

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
    add_reading(parser)


def add_filters(parser: OptionGroup) -> None:
    """Add the options that say which posts are looked at."""
    parser.add_argument(
        "--newsgroup", action="append", default=[], metavar="NAME", help="only posts of this newsgroup; repeatable"
    )
    parser.add_argument("--subset", choices=("train", "test"), default="", help="only posts of this subset")
    parser.add_argument(
        "--where", action="append", default=[], metavar="FIELD=VALUE", help="only posts with this metadata; repeatable"
    )
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


@contextmanager
def opened(options: argparse.Namespace, progress: Listener) -> Iterator[Explorer]:
    """Open the corpus, or the collection of somebody else, that the options name."""
    from explorer import Explorer

    with Explorer.of(open_to_explore(options), options.corpus, options.model, reading_of(options)) as explorer:
        tell_remarks(explorer, progress)
        yield explorer


def tell_remarks(explorer: Explorer, progress: Listener) -> None:
    """Tell what to know of a corpus before one trusts what is answered from it."""
    from explorer.foreign import remarks_on

    if not explorer.is_complete:
        corpus = explorer.manifest.corpus
        progress.say(f"The ingest of {corpus} is unfinished: these answers are from what is stored so far.")
    if explorer.is_foreign:
        with progress.stage(f"read {explorer.manifest.corpus}"):
            remarks = remarks_on(explorer.foreign) if explorer.foreign else []
        for remark in remarks:
            progress.say(remark)


def filters_of(options: argparse.Namespace) -> Filters:
    """Return the filters that ``add_filters`` has read, and the least similarity where a verb has one."""
    from explorer.filters import Filters

    least = getattr(options, "min_similarity", -1.0)
    where = tuple(options.where)
    return Filters(tuple(options.newsgroup), options.subset, options.contains, least, where=where)
