"""The connection to Chroma's own files, and the rule of when it writes its indexes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import BrokenStoreError, UserError
from ingest.store.collection import StoredCollection
from ingest.store.disk import full_disk_error
from ingest.store.foreign import ForeignCollection, ForeignManifest, manifest_of
from ingest.store.manifest import Manifest
from ingest.store.reading import Readings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

# Chroma writes its index once per so many records. While an ingest writes it must not: a kill in the middle of it
# ruins the index. So: never while writing, or with the last record, and then once, as the sealing.
NEVER = 1_000_000
ONCE_SEALED = 1_000


DRAFT = ".draft"


def draft_of(name: str) -> str:
    """Return the name under which a collection is made from scratch while the old one still serves."""
    return f"{name}{DRAFT}"


def is_bare(folder: Path) -> bool:
    """Tell whether Chroma itself wrote a folder: a store has Chroma's files in a folder of their own."""
    return (folder / "chroma.sqlite3").is_file() and not (folder / "chroma").is_dir()


def is_draft(name: str) -> bool:
    return name.endswith(DRAFT)


class Connection:
    """Chroma's files in a folder, open until ``close``; one process at a time may have one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._client = _connect(folder)
        self._finish_publishing()

    def close(self) -> None:
        self._client.close()  # type: ignore[attr-defined]

    def reopen(self) -> None:
        """Close and open again, which is when a changed threshold begins to count."""
        self.close()
        self._client = _connect(self._folder)

    def manifests(self) -> list[Manifest]:
        """Return the manifests of this project's collections, by name."""
        found = {each.name: Manifest.from_metadata(each.metadata) for each in self._client.list_collections()}
        ours = [manifest for name, manifest in found.items() if manifest and manifest.collection == name]
        return sorted(ours, key=lambda manifest: manifest.collection)

    def foreign(self) -> list[str]:
        """Return the names of the collections that this project did not make."""
        found = self._client.list_collections()
        return sorted(each.name for each in found if Manifest.from_metadata(each.metadata) is None)

    def look_at_foreign(self, readings: Readings) -> list[ForeignManifest]:
        """Return what is known from outside of the collections that this project did not make, by name."""
        return [manifest_of(self._bare(name), readings) for name in self.foreign()]

    def foreign_collection(self, name: str, readings: Readings) -> ForeignCollection:
        return ForeignCollection(self._bare(name), readings)

    def _bare(self, name: str) -> Collection:
        """Return Chroma's own collection; without an embedding function nothing is ever embedded by it."""
        return self._client.get_collection(name, embedding_function=None)

    def collection(self, name: str) -> StoredCollection:
        collection = self._client.get_collection(name, embedding_function=None)
        manifest = Manifest.from_metadata(collection.metadata)
        if manifest is None:
            raise UserError(f"Collection {name} was not made by this project: it has no manifest.")
        return StoredCollection(collection, manifest)

    def create(self, manifest: Manifest, sync_threshold: int, *, draft: bool = False) -> None:
        """Create a collection, or its draft, whose index is written once per so many records."""
        if manifest.collection in self.foreign():
            raise UserError(
                f"A collection {manifest.collection} is there that this project did not make and never writes to: "
                "give another --corpus NAME, or another --store."
            )
        self._client.create_collection(
            draft_of(manifest.collection) if draft else manifest.collection,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "sync_threshold": sync_threshold}},
            metadata=manifest.as_metadata(),
        )

    def delete(self, name: str) -> None:
        self._client.delete_collection(name)

    def publish_draft(self, name: str) -> None:
        """Put a collection's draft in its place."""
        self.delete(name)
        self._finish_publishing()

    def delete_drafts(self) -> list[str]:
        """Delete the drafts that an ingest left when it ended, and return their names."""
        names = [draft_of(manifest.collection) for manifest in self._drafts()]
        for name in names:
            self.delete(name)
        return names

    def _finish_publishing(self) -> None:
        """Give complete drafts their name, where the old collection is deleted and a kill came in between."""
        taken = {manifest.collection for manifest in self.manifests()}
        for manifest in self._drafts():
            if manifest.complete and manifest.collection not in taken:
                draft = self._client.get_collection(draft_of(manifest.collection), embedding_function=None)
                draft.modify(name=manifest.collection)

    def _drafts(self) -> list[Manifest]:
        found = {each.name: Manifest.from_metadata(each.metadata) for each in self._client.list_collections()}
        return [manifest for name, manifest in found.items() if manifest and name == draft_of(manifest.collection)]

    def set_sync_threshold(self, names: Sequence[str], threshold: int) -> None:
        """Let indexes be written once per so many records, from the next opening on."""
        for name in names:
            collection = self._client.get_collection(name, embedding_function=None)
            collection.modify(configuration={"hnsw": {"sync_threshold": threshold}})


def _connect(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.errors import ChromaError

    try:
        return chromadb.PersistentClient(folder)
    except (ChromaError, OSError, ValueError) as error:
        raise full_disk_error(error, folder) or BrokenStoreError(
            f"Chroma cannot open {folder} ({error}): move that folder away and ingest again; "
            "what the embedding cache holds is not paid for again."
        ) from error
