"""The writer: what an ingest writes with, wherever the collections are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ingest.store.opening import Opening
from ingest.store.record import Record


class Writer(Protocol):
    """Writes in its ``with`` block; each call returns once that is kept."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def open(self, openings: Sequence[Opening]) -> None:
        """Open collections, and create those that are not there, or a draft of those that are wanted anew."""

    def begin(self, name: str) -> None:
        """Say in the manifest that the collection is being written to, until it is sealed."""

    def delete(self, name: str, post_ids: Sequence[str]) -> None: ...

    def upsert(self, name: str, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        """Write posts with vectors of shape (n_records, dimensions)."""

    def seal(self, names: Sequence[str], complete: Mapping[str, int]) -> None:
        """Say in the manifests what the collections hold.

        Those in ``complete``, with the number of posts that each must hold, are called complete. Drafts of those take
        their place; other drafts are deleted.
        """
