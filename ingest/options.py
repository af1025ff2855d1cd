"""The ingest's options: what the command line takes, and what it means."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from ingest.cleaning import STRIPS, Cleaning
from ingest.corpora import KINDS
from ingest.corpora.columns import Columns
from ingest.corpora.selection import Selection
from ingest.embedders import EMBEDDERS, TaskType
from ingest.embedders.pace import Limits
from ingest.embedders.tiers import TIERS
from ingest.errors import UnknownNameError, UserError
from ingest.order import Order
from ingest.storing import add_storing

Group = argparse._ArgumentGroup


# What is done instead of an ingest, and the options that it takes.
STORING = {"store", "chroma_url", "chroma_header"}
INSTEAD = {"list_models": {"json", *STORING}, "verify": {"json", "corpus", *STORING}, "rebuild": {"json", *STORING}}


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options; what is given in vain is refused, since it would be taken for done."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    given = {name for name, value in vars(options).items() if value != parser.get_default(name)}
    for action in given.intersection(INSTEAD):
        in_vain = sorted(_option(name) for name in given - {action} - INSTEAD[action])
        if in_vain:
            parser.error(f"{_option(action)} takes no {', '.join(in_vain)}")
    return options


def _option(name: str) -> str:
    return "SOURCE" if name == "source" else f"--{name.replace('_', '-')}"


def order_of(options: argparse.Namespace) -> Order:
    return Order(
        Selection(options.subset, tuple(options.newsgroups), options.per_newsgroup, options.seed),
        Cleaning(_parts(options.strip), options.long_posts, options.max_characters),
        _task_types(options.task_types),
        options.replace,
        options.max_cost,
    )


def columns_of(options: argparse.Namespace) -> Columns:
    return Columns(options.text_column, options.label_column, options.id_column, options.subject_column)


def limits_of(options: argparse.Namespace) -> Limits:
    """Return the limits of the tier, or those that are given, which win."""
    tier = TIERS.get(options.tier, Limits())
    return replace(
        tier,
        texts_per_minute=options.rpm or tier.texts_per_minute,
        tokens_per_minute=options.tpm or tier.tokens_per_minute,
    )


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Read posts, clean them, embed them, and store them in Chroma.",
        epilog="example: python -m ingest 20newsgroups --newsgroups 'sci.*' --per-newsgroup 150",
    )
    parser.add_argument("source", nargs="?", default="auto", metavar="SOURCE", help=f"{KINDS} (default: auto)")
    parser.add_argument("--corpus", metavar="NAME", help="the name to store the posts by (default: the source's)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    _add_instead(parser.add_argument_group("instead of an ingest").add_mutually_exclusive_group())
    _add_columns(parser.add_argument_group("columns of a table (default: found by name)"))
    _add_selection(parser.add_argument_group("which posts"))
    _add_cleaning(parser.add_argument_group("cleaning"))
    _add_embedding(parser.add_argument_group("embedding"))
    _add_sending(parser.add_argument_group("what an API may be sent (Gemini counts each text as a request)"))
    _add_storing(parser.add_argument_group("storing"))
    return parser


def _add_instead(group: argparse._MutuallyExclusiveGroup) -> None:
    group.add_argument(
        "--dry-run", action="store_true", help="tell what it would take and cost; send and write nothing"
    )
    group.add_argument("--list-models", action="store_true", help="list the models that the key can embed with")
    group.add_argument("--verify", action="store_true", help="check every collection against the embedding cache")
    group.add_argument("--rebuild", action="store_true", help="make all collections anew from the embedding cache")


def _add_columns(group: Group) -> None:
    for role in ("text", "label", "id", "subject"):
        group.add_argument(f"--{role}-column", metavar="NAME")


def _add_selection(group: Group) -> None:
    default = Selection()
    group.add_argument("--subset", choices=("train", "test", "all"), default=default.subset)
    group.add_argument("--newsgroups", action="append", default=[], metavar="PATTERN", help="shell-style, repeatable")
    group.add_argument(
        "--per-newsgroup", type=_positive, metavar="N", help="a seeded sample of N posts from each newsgroup"
    )
    group.add_argument("--seed", type=int, default=default.seed, metavar="S")


def _add_cleaning(group: Group) -> None:
    default = Cleaning()
    group.add_argument("--long-posts", choices=("truncate", "drop"), default=default.long_posts)
    group.add_argument("--max-characters", type=_positive, default=default.max_characters, metavar="N")
    group.add_argument("--strip", default="", metavar="LIST", help=f"of {','.join(STRIPS)} (default: none)")


def _add_embedding(group: Group) -> None:
    group.add_argument("--embedder", choices=("auto", *EMBEDDERS), default="auto")
    group.add_argument("--model", metavar="ID")
    group.add_argument("--dimensions", type=_positive, metavar="N")
    defaults = ",".join(Order().task_types)
    group.add_argument("--task-types", default=defaults, metavar="LIST", help=f"(default: {defaults})")


def _add_sending(group: Group) -> None:
    group.add_argument("--tier", choices=TIERS, help="keep to the limits of this tier of the Gemini API")
    group.add_argument("--rpm", type=_positive, metavar="N", help="send at most N texts a minute")
    group.add_argument("--tpm", type=_positive, metavar="N", help="send at most about N tokens a minute")
    group.add_argument("--max-cost", type=amount, metavar="USD", help="refuse to start where it could cost more")


def _add_storing(group: Group) -> None:
    add_storing(group)
    group.add_argument("--if-empty", action="store_true", help="do nothing where the corpus holds posts already")
    group.add_argument("--replace", action="store_true", help="make the corpus exactly what is asked for")


def _parts(listed: str) -> tuple[str, ...]:
    """Return what is between the commas, each once."""
    return tuple(dict.fromkeys(part.strip() for part in listed.split(",") if part.strip()))


def _task_types(listed: str) -> tuple[TaskType, ...]:
    names = _parts(listed)
    if not names:
        raise UserError("--task-types names none: leave it out, or name some, separated by commas.")
    return tuple(dict.fromkeys(map(_task_type, names)))


def _task_type(name: str) -> TaskType:
    if name.upper() not in TaskType.__members__:
        raise UnknownNameError("task type", name, list(TaskType.__members__))
    return TaskType[name.upper()]


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def amount(text: str) -> float:
    """Read an amount of USD."""
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount of USD")
    return amount
