"""The options that say how a collection is read which this project did not make."""

from __future__ import annotations

import argparse

from ingest.store import Reading


def add_reading(parser: argparse._ActionsContainer) -> None:
    """Add what can be said of such a collection; it is kept, so that once is enough."""
    parser.add_argument("--collection", metavar="NAME", help="a Chroma collection that this project did not make")
    parser.add_argument("--label", metavar="FIELD", help="its metadata field that is taken as newsgroup")
    parser.add_argument(
        "--embedder", metavar="NAME", help="what embedded it, with --model: gemini, minilm or sentence-transformers"
    )


def reading_of(options: argparse.Namespace) -> Reading | None:
    """Return what the options say of such a collection, or None where one of this project is asked for."""
    said = {name: getattr(options, name) or "" for name in ("collection", "label", "embedder")}
    return Reading(**said, model=options.model or "") if any(said.values()) else None
