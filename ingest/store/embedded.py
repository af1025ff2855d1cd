"""The embedded place: Chroma's own files in a folder, which stand one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import BrokenStoreError, DamagedIndexError
from ingest.store.disk import full_disk_error
from ingest.store.place import Answer, Quotas

if TYPE_CHECKING:
    from chromadb.api import ClientAPI


OF_A_FOLDER = Quotas()


@dataclass(frozen=True, slots=True)
class Embedded:
    """Chroma in this process."""

    folder: Path
    quotas: Quotas = OF_A_FOLDER
    is_shared: bool = False

    def connect(self) -> ClientAPI:
        import chromadb
        from chromadb.errors import ChromaError

        try:
            return chromadb.PersistentClient(self.folder)
        except (ChromaError, OSError, ValueError) as error:
            raise full_disk_error(error, self.folder) or BrokenStoreError(
                f"Chroma cannot open {self.folder} ({error}): move that folder away and ingest again; "
                "what the embedding cache holds is not paid for again."
            ) from error

    def index(self, sync_threshold: int) -> Any:
        """Return the configuration of a collection whose index is written once per so many records."""
        return {"hnsw": {"space": "cosine", "sync_threshold": sync_threshold}}

    def ask(self, call: Callable[[], Answer], about: str, *, is_repeatable: bool = True) -> Answer:
        from chromadb.errors import ChromaError

        try:
            return call()
        except ChromaError as error:
            raise DamagedIndexError(
                f"Chroma cannot use {about} ({error}): make its files anew from the embedding cache with "
                "`python -m ingest --rebuild`; nothing is paid for again."
            ) from error
