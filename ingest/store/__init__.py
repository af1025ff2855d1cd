"""The one door to Chroma: a folder of collections, their manifests, its lock, and the one process that writes."""

from ingest.store.collection import Neighbor, Record, StoredCollection
from ingest.store.filters import Filters
from ingest.store.manifest import Manifest, require_corpus_name
from ingest.store.store import Store
from ingest.store.writer import Writer

__all__ = [
    "Filters",
    "Manifest",
    "Neighbor",
    "Record",
    "Store",
    "StoredCollection",
    "Writer",
    "require_corpus_name",
]
