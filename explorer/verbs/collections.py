"""The verb that lists what a store holds."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer import answers
from explorer.verbs.verb import Verb
from ingest.console import print_json, print_table
from ingest.storing import open_store

if TYPE_CHECKING:
    from ingest.inventory import Holding


def run(options: argparse.Namespace) -> None:
    """Print each collection's manifest, its state, and what its index takes on disk."""
    from explorer.choosing import named
    from ingest.inventory import holdings_of

    with open_store(options) as store:
        holdings = holdings_of(store)
    wanted = named(named([each.manifest for each in holdings], "corpus", options.corpus), "model", options.model)
    found = [each for each in holdings if each.manifest in wanted]
    if options.json:
        print_json(answers.of_holdings(found))
        return
    print_table(
        ("collection", "posts", "embedder", "cleaning", "index", "state"),
        [_as_cells(each) for each in found],
    )


def _as_cells(holding: Holding) -> tuple[str, ...]:
    from ingest.inventory import megabytes

    manifest = holding.manifest
    cells = (manifest.collection, f"{manifest.n_posts:,}", manifest.embedder, manifest.cleaning)
    return (*cells, megabytes(holding.n_bytes), holding.state)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Leave the verb with the common options alone."""


COLLECTIONS = Verb("List what the store holds.", "--json", add_options, run)
