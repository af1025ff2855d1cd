"""The embedded place: Chroma's own files in a folder, which stand one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import BrokenStoreError, DamagedIndexError
from ingest.store.disk import full_disk_error
from ingest.store.place import Answer
from ingest.store.quotas import Quotas

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
            _forget_failed_start(self.folder)
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


def _forget_failed_start(folder: Path) -> None:
    """Let Chroma start anew at the next opening: it keeps what it failed to start, and would take it for started."""
    from chromadb.api.shared_system_client import SharedSystemClient

    if str(folder) not in SharedSystemClient._identifier_to_refcount:  # nobody has it open
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
