"""The one door to Chroma: a folder of collections, their manifests, its lock, and the sealing of indexes."""

from ingest.store.collection import Neighbor, StoredCollection
from ingest.store.filters import Filters
from ingest.store.manifest import Manifest, require_corpus_name
from ingest.store.store import Store

__all__ = ["Filters", "Manifest", "Neighbor", "Store", "StoredCollection", "require_corpus_name"]
