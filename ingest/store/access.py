"""The access to Chroma that the threads of a process share, and give up while another process writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from ingest.errors import UserError
from ingest.store.collection import StoredCollection
from ingest.store.connection import Connection
from ingest.store.embedded_writer import EmbeddedWriter
from ingest.store.foreign import ForeignCollection
from ingest.store.manifest import Manifest
from ingest.store.place import Place
from ingest.store.reading import Readings

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection


class Access:
    """One connection to a place, opened when it is needed, again after others had its files; ``store`` is told of.

    To a place that is shared, collections keep the way that they were opened by. In a folder they ask for one each
    time, since its files may have been closed and opened meanwhile.
    """

    def __init__(self, place: Place, store: Path) -> None:
        self._place = place
        self._store = store
        self._connection: Connection | None = None
        self._writer: EmbeddedWriter | None = None
        self._is_lent = self._is_closed = False
        self._using = RLock()  # held while Chroma's files are used, so that nobody closes them meanwhile

    @property
    def is_lent(self) -> bool:
        """Whether another process writes to Chroma's files now, so that only what was read before is there."""
        return self._is_lent or (self._writer is not None and self._writer.is_writing)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Let nobody close what is open while the block runs, which no other thread comes into."""
        with self._using:
            self.require_open()
            yield

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Use the connection, which nobody closes meanwhile."""
        with self.kept_open():
            if self.is_lent:
                raise UserError(f"The store {self._store} is being written to: wait until that has ended.")
            if self._connection is None:
                self._connection = Connection(self._place)
            yield self._connection

    def require_open(self) -> None:
        if self._is_closed:
            raise UserError(f"The store {self._store} is closed: open it again.")

    def collection(self, name: str) -> StoredCollection:
        with self.connected() as connection:
            found = connection.collection(name)
        return found if self._place.is_shared else found.reached_by(partial(self._reach, found.manifest))

    def foreign_collection(self, name: str, readings: Readings) -> ForeignCollection:
        with self.connected() as connection:
            found = connection.bare(name)
        if self._place.is_shared:
            return ForeignCollection(self._place, lambda: nullcontext(found), readings)
        return ForeignCollection(self._place, partial(self._reach_foreign, name), readings)

    def lend_to(self, start: Callable[[], EmbeddedWriter]) -> EmbeddedWriter:
        """Leave Chroma's files to a writer, until its process has ended."""
        with self.kept_open():
            self.disconnect()
            self._writer = start()
        return self._writer

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Leave Chroma's files to whoever makes them anew in the block."""
        with self.kept_open():
            self.disconnect()
            self._is_lent = True
        try:
            yield
        finally:
            self._is_lent = False

    def disconnect(self) -> None:
        """Let go of Chroma's files; the next use opens them again."""
        with self._using:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def close(self) -> None:
        """Let go for good."""
        with self._using:
            self._is_closed = True
            self.disconnect()

    @contextmanager
    def _reach(self, manifest: Manifest) -> Iterator[Collection]:
        with self.connected() as connection:
            yield connection.opened(manifest)

    @contextmanager
    def _reach_foreign(self, name: str) -> Iterator[Collection]:
        with self.connected() as connection:
            yield connection.bare(name)
