"""The ingest's options: what those that are given on the command line mean."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from ingest.cleaning import Cleaning
from ingest.corpora.columns import NAMES, Columns
from ingest.corpora.selection import Selection
from ingest.embedders.pace import Limits
from ingest.embedders.tiers import TIERS
from ingest.order import Order
from ingest.parser import make_parser

# What is done instead of an ingest, and the options that it takes; a dry run takes all but --if-empty.
STORING = {"store", "chroma_url", "chroma_header"}
INSTEAD = {"list_models": {"json", *STORING}, "verify": {"json", "corpus", *STORING}, "rebuild": {"json", *STORING}}


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options; what is given in vain is refused, since it would be taken for done."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    given = {name for name, value in vars(options).items() if value != parser.get_default(name)}
    takes = {**INSTEAD, "dry_run": given - {"if_empty"}}
    for action in given.intersection(takes):
        in_vain = sorted(_option(name) for name in given - {action} - takes[action])
        if in_vain:
            parser.error(f"{_option(action)} takes no {', '.join(in_vain)}")
    return options


def _option(name: str) -> str:
    return "SOURCE" if name == "source" else f"--{name.replace('_', '-')}"


def order_of(options: argparse.Namespace) -> Order:
    return Order(
        Selection(options.subset, tuple(options.newsgroups), options.per_newsgroup, options.seed),
        Cleaning(options.strip, options.long_posts, options.max_characters, options.cleaning),
        options.task_types,
        options.replace,
        options.max_cost,
    )


def columns_of(options: argparse.Namespace) -> Columns:
    return Columns(**{role: getattr(options, f"{role}_column") for role in NAMES})


def limits_of(options: argparse.Namespace) -> Limits:
    """Return the limits of the tier, or those that are given, which win."""
    tier = TIERS.get(options.tier, Limits())
    return replace(
        tier,
        texts_per_minute=options.rpm or tier.texts_per_minute,
        tokens_per_minute=options.tpm or tier.tokens_per_minute,
    )
