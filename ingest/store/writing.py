"""Writing to collections as a writer does, wherever they are: in their place, or in drafts beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError
from ingest.store.collection import StoredCollection
from ingest.store.connection import ONCE_SEALED, Connection
from ingest.store.drafts import draft_of
from ingest.store.opening import Opening
from ingest.store.record import Record


class Writing:
    """See ``Writer``, whose methods these are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._places: dict[str, str] = {}
        self._collections: dict[str, StoredCollection] = {}

    def close(self) -> None:
        self._connection.close()

    def open(self, openings: Sequence[Opening]) -> None:
        known = {manifest.collection for manifest in self._connection.manifests()}
        present = [each.name for each in openings if each.name in known and not each.is_anew]
        self._prepare(present)
        for opening in openings:
            name = opening.name
            self._places[name] = draft_of(name) if name in known and opening.is_anew else name
            if name not in present:
                self._create(opening)
            self._collections[name] = self._connection.collection(self._places[name])

    def begin(self, name: str) -> None:
        self._collections[name].mark_unsealed()

    def delete(self, name: str, post_ids: Sequence[str]) -> None:
        self._collections[name].delete(post_ids)

    def upsert(self, name: str, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        self._collections[name].upsert(records, vectors)

    def seal(self, names: Sequence[str], complete: Mapping[str, int]) -> None:
        for name in names:
            self._seal(name, complete.get(name))
        for name in names:
            self._put_in_place(name, is_complete=name in complete)

    def _prepare(self, present: Sequence[str]) -> None:
        """Make those ready that are there and are written to in their place."""

    def _create(self, opening: Opening) -> None:
        self._create_with(opening, ONCE_SEALED)

    def _create_with(self, opening: Opening, sync_threshold: int) -> None:
        is_draft = self._places[opening.name] != opening.name
        self._connection.create(opening.manifest, sync_threshold, draft=is_draft)

    def _seal(self, name: str, n_posts: int | None) -> None:
        collection = self._connection.collection(self._places[name])
        # Chroma works off its log and writes the index, where it has not yet, before it answers.
        n_held = collection.count()
        if n_posts not in (None, n_held):
            raise UserError(
                f"Chroma holds {n_held:,} posts of {name} instead of {n_posts:,}: run the same ingest again."
            )
        collection.mark_sealed(complete=n_posts is not None)

    def _put_in_place(self, name: str, *, is_complete: bool) -> None:
        place = self._places[name]
        if place != name and is_complete:
            self._connection.publish_draft(name)
        elif place != name:
            self._connection.delete(place)
