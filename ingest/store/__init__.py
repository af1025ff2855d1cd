"""The one door to Chroma: a folder of collections, their manifests, its lock, and the one process that writes."""

from ingest.store.collection import Neighbor, Record, StoredCollection, fingerprint
from ingest.store.fields import Field, Metadata
from ingest.store.foreign import ForeignCollection, ForeignManifest
from ingest.store.lock import wait_until_free
from ingest.store.manifest import Manifest, require_corpus_name
from ingest.store.mirror import mirrored
from ingest.store.opening import Opening
from ingest.store.reading import Reading
from ingest.store.store import Store, cache_in
from ingest.store.writer import Writer

__all__ = [
    "Field",
    "ForeignCollection",
    "ForeignManifest",
    "Manifest",
    "Metadata",
    "Neighbor",
    "Opening",
    "Reading",
    "Record",
    "Store",
    "StoredCollection",
    "Writer",
    "cache_in",
    "fingerprint",
    "mirrored",
    "require_corpus_name",
    "wait_until_free",
]
