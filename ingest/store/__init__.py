"""The one door to Chroma: a folder of collections, their manifests, its lock, and the one process that writes."""

from ingest.store.collection import Neighbor, Record, StoredCollection, fingerprint
from ingest.store.lock import wait_until_free
from ingest.store.manifest import Manifest, require_corpus_name
from ingest.store.opening import Opening
from ingest.store.store import Store, cache_in
from ingest.store.writer import Writer

__all__ = [
    "Manifest",
    "Neighbor",
    "Opening",
    "Record",
    "Store",
    "StoredCollection",
    "Writer",
    "cache_in",
    "fingerprint",
    "require_corpus_name",
    "wait_until_free",
]
