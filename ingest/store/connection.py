"""The connection to Chroma, wherever it is: collections, their drafts, and when an index is written."""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from ingest.errors import UserError
from ingest.store.collection import StoredCollection
from ingest.store.drafts import draft_of
from ingest.store.foreign_manifest import ForeignManifest, manifest_of
from ingest.store.manifest import Manifest
from ingest.store.place import Place
from ingest.store.reading import Readings

if TYPE_CHECKING:
    from chromadb.api.collection_configuration import UpdateCollectionConfiguration
    from chromadb.api.models.Collection import Collection

# Chroma writes its index once per so many records. While an ingest writes it must not: a kill in the middle of it
# ruins the index. So: never while writing, or with the last record, and then once, as the sealing.
NEVER = 1_000_000
ONCE_SEALED = 1_000


class Connection:
    """Chroma's collections in a place, open until ``close``."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._client = place.connect()
        self._opened: dict[str, Collection] = {}
        with ExitStack() as failing:
            failing.callback(self.close)
            self._finish_publishing()
            failing.pop_all()

    def close(self) -> None:
        self._client.close()  # type: ignore[attr-defined]

    def reopen(self) -> None:
        """Close and open again, which is when a changed threshold begins to count."""
        self.close()
        self._opened.clear()
        self._client = self._place.connect()

    def manifests(self) -> list[Manifest]:
        """Return the manifests of this project's collections, as they are now, by name."""
        ours = [manifest for name, manifest in self._found().items() if manifest and manifest.collection == name]
        return sorted(ours, key=lambda manifest: manifest.collection)

    def foreign(self) -> list[str]:
        """Return the names of the collections that this project did not make."""
        return sorted(name for name, manifest in self._found().items() if manifest is None)

    def look_at_foreign(self, readings: Readings) -> list[ForeignManifest]:
        """Return what is known from outside of the collections that this project did not make, by name."""
        return [manifest_of(self.bare(name), self._place, readings) for name in self.foreign()]

    def collection(self, name: str) -> StoredCollection:
        collection = self.bare(name)
        manifest = Manifest.from_metadata(collection.metadata)
        if manifest is None:
            raise UserError(f"Collection {name} was not made by this project: it has no manifest.")
        return StoredCollection(
            manifest,
            self._place,
            reach=lambda: nullcontext(collection),
            again=lambda: self.bare(name),
        )

    def opened(self, manifest: Manifest) -> Collection:
        """Return Chroma's collection of a manifest, which must hold just what that says."""
        name = manifest.collection
        if name not in self._opened:
            found = self._found().get(name)
            if found is None or found.fingerprint != manifest.fingerprint:
                raise UserError(f"The posts of {manifest.corpus} have changed since they were opened: open them again.")
            self._opened[name] = self.bare(name)
        return self._opened[name]

    def require_room(self, manifests: Sequence[Manifest]) -> None:
        """Refuse collections, or drafts of them, that the place would not take, or whose names others have taken."""
        foreign = set(self.foreign())
        for manifest in manifests:
            self._place.quotas.require_room(manifest)
            if taken := {manifest.collection, draft_of(manifest.collection)} & foreign:
                raise UserError(
                    f"A collection {min(taken)} is there that this project did not make and never writes to: "
                    "give another --corpus NAME, or another --store."
                )

    def create(self, manifest: Manifest, sync_threshold: int, *, draft: bool = False) -> None:
        """Create a collection, or its draft; an index in this process is written once per so many records."""
        self.require_room([manifest])
        name = draft_of(manifest.collection) if draft else manifest.collection
        create = partial(
            self._client.create_collection,
            name,
            embedding_function=None,
            configuration=self._place.index(sync_threshold),
            metadata=manifest.as_metadata(self._place.quotas.manifest_bytes),
        )
        self._place.ask(create, name, is_repeatable=False)

    def delete(self, name: str) -> None:
        self._place.ask(partial(self._client.delete_collection, name), name, is_repeatable=False)

    def publish_draft(self, name: str) -> None:
        """Put a collection's draft in its place."""
        self.delete(name)
        self._finish_publishing()

    def delete_drafts(self, names: Container[str] | None = None) -> list[str]:
        """Delete the drafts that ingests of collections, or of any, left when they ended, and return their names."""
        drafts = [draft_of(each.collection) for each in self._drafts() if names is None or each.collection in names]
        for draft in drafts:
            self.delete(draft)
        return drafts

    def _finish_publishing(self) -> None:
        """Give complete drafts their name, where the old collection is deleted and a kill came in between."""
        taken = {manifest.collection for manifest in self.manifests()}
        for manifest in self._drafts():
            if manifest.complete and manifest.collection not in taken:
                self._rename(draft_of(manifest.collection), manifest.collection)

    def _rename(self, draft: str, name: str) -> None:
        """Rename a collection; where the place is shared, another process may be as fast."""
        try:
            collection = self.bare(draft)
            self._place.ask(partial(collection.modify, name=name), name, is_repeatable=False)
        except UserError:
            if not self._place.is_shared or name not in self._found():
                raise

    def _drafts(self) -> list[Manifest]:
        return [
            manifest for name, manifest in self._found().items() if manifest and name == draft_of(manifest.collection)
        ]

    def _found(self) -> dict[str, Manifest | None]:
        """Return the manifests of all collections by the names that they have in Chroma; others' have none."""
        size = self._place.quotas.records_read
        found: dict[str, Manifest | None] = {}
        for offset in itertools.count(0, size):
            list_page = partial(self._client.list_collections, limit=size, offset=offset)
            page = self._place.ask(list_page, "the list of collections")
            found |= {each.name: Manifest.from_metadata(each.metadata) for each in page}
            if len(page) < size:
                break
        return found

    def bare(self, name: str) -> Collection:
        """Return Chroma's own collection, whoever made it; without an embedding function it embeds nothing."""
        return self._place.ask(partial(self._client.get_collection, name, embedding_function=None), name)

    def set_sync_threshold(self, names: Sequence[str], threshold: int) -> None:
        """Let indexes be written once per so many records, from the next opening on."""
        for name in names:
            configuration: UpdateCollectionConfiguration = {"hnsw": {"sync_threshold": threshold}}
            self._place.ask(partial(self.bare(name).modify, configuration=configuration), name)
