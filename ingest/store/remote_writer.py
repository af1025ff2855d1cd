"""The writer to a place that is shared: it writes over HTTP, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from ingest.errors import UserError
from ingest.store.connection import Connection
from ingest.store.opening import Opening
from ingest.store.place import Place
from ingest.store.writing import Writing


class RemoteWriter(Writing):
    """Writes in its ``with`` block; drafts that were not put in place are deleted at its end.

    A server writes its own indexes, and keeps them whole.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(Connection(place))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            with suppress(UserError):  # a server that is gone; the next ingest deletes them
                self._delete_drafts()
        finally:
            self.close()

    def open(self, openings: Sequence[Opening]) -> None:
        self._connection.delete_drafts({each.name for each in openings})
        super().open(openings)

    def _delete_drafts(self) -> None:
        """Delete what was not put in place; where the old collection is gone already, its draft is all there is."""
        there = {manifest.collection for manifest in self._connection.manifests()}
        self._connection.delete_drafts({name for name, place in self._places.items() if place != name} & there)
