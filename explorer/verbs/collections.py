"""The verb that lists what a store holds."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from explorer.verbs.verb import Verb
from ingest.console import print_json, print_table
from ingest.storing import open_store

STATES = {True: "complete", False: "unfinished"}


def run(options: argparse.Namespace) -> None:
    """Print each collection's manifest."""
    from explorer.choosing import named

    with open_store(options) as store:
        manifests = named(named(store.manifests(), "corpus", options.corpus), "model", options.model)
    if options.json:
        print_json([{"collection": manifest.collection, **asdict(manifest)} for manifest in manifests])
        return
    print_table(
        ("collection", "posts", "embedder", "cleaning", "state"),
        [(m.collection, f"{m.n_posts:,}", m.embedder, m.cleaning, STATES[m.complete]) for m in manifests],
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Leave the verb with the common options alone."""


COLLECTIONS = Verb("List what the store holds.", "--json", add_options, run)
