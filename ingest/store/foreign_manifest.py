"""What is known of a collection that this project did not make, as it is seen from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ingest.embedders import TaskType
from ingest.errors import DamagedIndexError, UserError
from ingest.store.manifest import Manifest
from ingest.store.place import Answer, Place
from ingest.store.reading import Readings

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

UNKNOWN_MODEL = "unknown-model"


@dataclass(frozen=True, slots=True)
class ForeignManifest(Manifest):
    """What is known of such a collection: ``embedder`` is empty where nobody has said it, ``metric`` is Chroma's.

    ``named_label`` is the field that somebody has named as label, if any.
    """

    metric: str = "l2"
    named_label: str = ""

    @property
    def collection(self) -> str:
        """The collection's name, which is the corpus's too."""
        return self.corpus


def manifest_of(collection: Collection, place: Place, readings: Readings) -> ForeignManifest:
    """Look at a collection from outside; ``fingerprint`` stays empty until all its records are read."""
    reading = readings.of(collection.name)
    look = partial(collection.get, limit=1, include=["embeddings"])
    first: Any = ask_about(place, look, collection.name)["embeddings"]
    return ForeignManifest(
        corpus=collection.name,
        source="",
        embedder=reading.embedder,
        model=reading.model or UNKNOWN_MODEL,
        dimensions=len(first[0]) if len(first) else 0,
        task_type=TaskType.RETRIEVAL_DOCUMENT,
        # What Gemini makes of posts and of questions are in spaces of their own.
        embedded_as=TaskType.RETRIEVAL_DOCUMENT if reading.embedder == "gemini" else "",
        cleaning="",
        n_posts=ask_about(place, collection.count, collection.name),
        complete=True,
        metric=_metric_of(collection),
        named_label=reading.label,
    )


def ask_about(place: Place, call: Callable[[], Answer], name: str) -> Answer:
    """Return what Chroma answers; unlike this project's own, what is damaged cannot be made anew from a cache."""
    try:
        return place.ask(call, name)
    except DamagedIndexError as error:
        raise UserError(
            f"Chroma cannot read {name} ({error.__cause__}): see whether the program that made it still can, "
            "or make the collection anew with that."
        ) from error


def _metric_of(collection: Collection) -> str:
    """Return the collection's distance; once it was said in the metadata, and is Chroma's default otherwise."""
    configuration: Any = collection.configuration_json
    index = configuration.get("hnsw") or configuration.get("spann") or {}
    return str(index.get("space") or (collection.metadata or {}).get("hnsw:space") or "l2")
