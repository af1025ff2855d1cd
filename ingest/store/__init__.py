"""The one door to Chroma: collections in a folder, on a server or in the cloud, their manifests, and who writes."""

from ingest.store.collection import Neighbor, StoredCollection, fingerprint
from ingest.store.lock import is_held, locked, wait_until_free
from ingest.store.manifest import Manifest, require_corpus_name
from ingest.store.opening import Opening
from ingest.store.place import Place, Quotas
from ingest.store.record import Record
from ingest.store.store import Store, cache_in
from ingest.store.writer import Writer

__all__ = [
    "Manifest",
    "Neighbor",
    "Opening",
    "Place",
    "Quotas",
    "Record",
    "Store",
    "StoredCollection",
    "Writer",
    "cache_in",
    "fingerprint",
    "is_held",
    "locked",
    "require_corpus_name",
    "wait_until_free",
]
