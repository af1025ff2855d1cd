"""The verb that lists what a store holds."""

from __future__ import annotations

import argparse

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, printed
from explorer.verbs.verb import Verb
from explorer.verbs.wire import Told
from ingest.console import print_table


def list_collections(library: Library, options: argparse.Namespace, progress: Told) -> list[Document]:
    """Return each collection's manifest, its state, and what its index takes on disk."""
    from explorer.choosing import named
    from ingest.inventory import holdings_of

    with library.store(options) as store:
        holdings = holdings_of(store)
    wanted = named(named([each.manifest for each in holdings], "corpus", options.corpus), "model", options.model)
    return answers.of_holdings([each for each in holdings if each.manifest in wanted])


def show(holdings: list[Document], options: argparse.Namespace) -> None:
    """Print a line for each collection."""
    print_table(
        ("collection", "posts", "embedder", "cleaning", "index", "state"),
        [_cells(each) for each in holdings],
        cut=("cleaning",),
    )


def _cells(holding: Document) -> tuple[str, ...]:
    from ingest.inventory import megabytes

    cells = (holding["collection"], f"{holding['n_posts']:,}", holding["embedder"], holding["cleaning"])
    return (*cells, megabytes(holding["index_bytes"]), holding["state"])


def add_options(parser: argparse.ArgumentParser) -> None:
    """Leave the verb with the common options alone."""


COLLECTIONS = Verb(
    "List what the store holds.", "--json", add_options, printed(list_collections, show), answer=list_collections
)
