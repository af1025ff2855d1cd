"""The verb that lists what a store holds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, printed
from explorer.verbs.verb import Verb
from explorer.verbs.wire import Listener
from ingest.console import print_line, print_table

if TYPE_CHECKING:
    from ingest.store import Store


def list_collections(library: Library, options: argparse.Namespace, progress: Listener) -> list[Document]:
    """Return what is known of each collection, those that this project made first."""
    with library.store(options) as store:
        return [*_ours(store, options), *_foreign(store, options, progress)]


def show(collections: list[Document], options: argparse.Namespace) -> None:
    """Print a line for each collection, and for each metadata field of those that this project did not make."""
    foreign = [each for each in collections if answers.is_foreign(each)]
    ours = [each for each in collections if not answers.is_foreign(each)]
    if ours or not foreign:
        print_table(
            ("collection", "posts", "embedder", "cleaning", "index", "state"),
            [_cells(each) for each in ours],
            cut=("cleaning",),
        )
    if foreign:
        _show_foreign(foreign)


def _ours(store: Store, options: argparse.Namespace) -> list[Document]:
    from explorer.choosing import named
    from ingest.inventory import holdings_of

    found = holdings_of(store)
    if options.collection or not (found or options.corpus or options.model):
        return []
    wanted = named(named([each.manifest for each in found], "corpus", options.corpus), "model", options.model)
    return answers.of_holdings([each for each in found if each.manifest in wanted])


def _foreign(store: Store, options: argparse.Namespace, progress: Listener) -> list[Document]:
    """Read the collections that this project did not make, or the one that is named."""
    from explorer.foreign import foreign_named

    if options.corpus or options.model:
        return []
    names = [manifest.collection for manifest in foreign_named(store, options.collection)]
    documents = []
    for name in names:
        with progress.stage(f"read {name}"):
            documents.append(answers.of_foreign(store.foreign_collection(name)))
    return documents


def _cells(holding: Document) -> tuple[str, ...]:
    from ingest.inventory import megabytes

    cells = (holding["collection"], f"{holding['n_posts']:,}", holding["embedder"], holding["cleaning"])
    return (*cells, megabytes(holding["index_bytes"]), holding["state"])


def _show_foreign(found: Sequence[Document]) -> None:
    print_line("Made elsewhere:")
    print_table(
        ("collection", "records", "dimensions", "space", "embedder", "label"), [_foreign_cells(each) for each in found]
    )
    if rows := [_field_cells(each["collection"], field) for each in found for field in each["fields"]]:
        print_table(("collection", "field", "kind", "records", "different values"), rows)


def _foreign_cells(each: Document) -> tuple[str, ...]:
    size = (each["collection"], f"{each['n_posts']:,}", str(each["dimensions"]))
    return (*size, each["space"], each["embedder"] or "unknown", each["label"] or "none")


def _field_cells(collection: str, field: Document) -> tuple[str, ...]:
    return collection, field["name"], field["kind"], f"{field['n_records']:,}", f"{field['n_distinct']:,}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Leave the verb with the common options alone."""


COLLECTIONS = Verb(
    "List what the store holds.", "--json", add_options, printed(list_collections, show), answer=list_collections
)
