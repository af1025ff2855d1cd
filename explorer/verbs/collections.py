"""The verb that lists what a store holds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from explorer.verbs.verb import Verb
from ingest.bars import ConsoleProgress
from ingest.console import print_json, print_line, print_table

if TYPE_CHECKING:
    from ingest.store import ForeignCollection, Manifest, Store

STATES = {True: "complete", False: "unfinished"}


def run(options: argparse.Namespace) -> None:
    """Print each collection's manifest, and the metadata fields of those that this project did not make."""
    from ingest.store import Store, mirrored

    with Store(mirrored(options.store)) as store:
        manifests = _ours(store, options)
        foreign = _foreign(store, options)
    if options.json:
        print_json([_as_document(manifest) for manifest in manifests] + [_as_foreign(each) for each in foreign])
        return
    if manifests or not foreign:
        print_table(
            ("collection", "posts", "embedder", "cleaning", "state"),
            [(m.collection, f"{m.n_posts:,}", m.embedder, m.cleaning, STATES[m.complete]) for m in manifests],
        )
    _show_foreign(foreign)


def _ours(store: Store, options: argparse.Namespace) -> Sequence[Manifest]:
    from explorer.choosing import named

    found = store.manifests()
    if options.collection or not (found or options.corpus or options.model):
        return []
    return named(named(found, "corpus", options.corpus), "model", options.model)


def _foreign(store: Store, options: argparse.Namespace) -> list[ForeignCollection]:
    """Read the collections that this project did not make, or the one that is named."""
    from explorer.foreign import foreign_named

    if options.corpus or options.model:
        return []
    names = [manifest.collection for manifest in foreign_named(store, options.collection)]
    if not names:
        return []
    with ConsoleProgress().stage(f"read {', '.join(names)}"):
        found = [store.foreign_collection(name) for name in names]
        for collection in found:
            _ = collection.fields, collection.label
    return found


def _show_foreign(found: Sequence[ForeignCollection]) -> None:
    if not found:
        return
    print_line("Made elsewhere:")
    print_table(
        ("collection", "records", "dimensions", "space", "embedder", "label"),
        [
            (m.collection, f"{m.n_posts:,}", m.dimensions, m.metric, m.embedder or "unknown", each.label or "none")
            for each in found
            for m in [each.manifest]
        ],
    )
    rows = [(each.manifest.collection, field) for each in found for field in each.fields]
    if rows:
        print_table(
            ("collection", "field", "kind", "records", "different values"),
            [(name, f.name, f.kind, f"{f.n_records:,}", f"{f.n_distinct:,}") for name, f in rows],
        )


def _as_document(manifest: Manifest) -> dict[str, object]:
    return {"collection": manifest.collection, **asdict(manifest)}


def _as_foreign(found: ForeignCollection) -> dict[str, object]:
    fields = [
        {"name": each.name, "kind": each.kind, "n_records": each.n_records, "n_distinct": each.n_distinct}
        for each in found.fields
    ]
    manifest = found.manifest
    return {
        "collection": manifest.collection,
        "made_elsewhere": True,
        "n_posts": manifest.n_posts,
        "dimensions": manifest.dimensions,
        "space": manifest.metric,
        "embedder": manifest.embedder,
        "model": manifest.model if manifest.embedder else "",
        "label": found.label,
        "fields": fields,
    }


def add_options(parser: argparse.ArgumentParser) -> None:
    """Leave the verb with the common options alone."""


COLLECTIONS = Verb("List what the store holds.", "--json", add_options, run)
