"""Where collections can be: the protocol of a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ingest.store.quotas import Quotas

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

Answer = TypeVar("Answer")


class Place(Protocol):
    """Where collections are; ``is_shared`` where others may read and write them meanwhile."""

    @property
    def quotas(self) -> Quotas: ...

    @property
    def is_shared(self) -> bool: ...

    def connect(self) -> ClientAPI: ...

    def index(self, sync_threshold: int) -> Any:
        """Return the configuration of a new collection, which compares by cosine."""

    def ask(self, call: Callable[[], Answer], about: str, *, is_repeatable: bool = True) -> Answer:
        """Return what Chroma answers; what goes wrong is told as something about a collection.

        What fails in passing is asked again, where that is the same as asking once.
        """
