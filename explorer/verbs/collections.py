"""The verb that lists what a store holds."""

from __future__ import annotations

import argparse

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, printed
from explorer.verbs.verb import Verb
from explorer.verbs.wire import Told
from ingest.console import print_table

STATES = {True: "complete", False: "unfinished"}


def list_collections(library: Library, options: argparse.Namespace, progress: Told) -> list[Document]:
    """Return each collection's manifest."""
    from explorer.choosing import named

    with library.store(options) as store:
        manifests = named(named(store.manifests(), "corpus", options.corpus), "model", options.model)
    return answers.of_manifests(manifests)


def show(manifests: list[Document], options: argparse.Namespace) -> None:
    """Print a line for each collection."""
    print_table(
        ("collection", "posts", "embedder", "cleaning", "state"),
        [
            (each["collection"], f"{each['n_posts']:,}", each["embedder"], each["cleaning"], STATES[each["complete"]])
            for each in manifests
        ],
        cut=("cleaning",),
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Leave the verb with the common options alone."""


COLLECTIONS = Verb(
    "List what the store holds.", "--json", add_options, printed(list_collections, show), answer=list_collections
)
