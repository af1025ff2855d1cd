"""The default source: 20 Newsgroups where it is at hand, otherwise the bundled sample, saying so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.corpora import newsgroups
from ingest.errors import UserError


@dataclass(frozen=True, slots=True)
class Choice:
    """The source chosen, and what to tell the user of it: nothing where it is the first choice."""

    source: str
    reason: str = ""


def choose_source(held: Sequence[str]) -> Choice:
    """Choose a source; one of ``held``, whose posts the store has, spares an attempt to download."""
    if newsgroups.is_cached():
        return Choice("20newsgroups")
    if held:
        return Choice(held[0])
    try:
        newsgroups.download()
    except UserError as error:
        return Choice("sample", f"Using the bundled sample of posts. {error}")
    return Choice("20newsgroups")
