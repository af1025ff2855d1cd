"""The one door to Chroma: collections in a folder, on a server or in the cloud, their manifests, and who writes."""

from ingest.store.collection import Neighbor, StoredCollection
from ingest.store.fields import Field, Metadata
from ingest.store.folder import cache_in
from ingest.store.foreign import ForeignCollection
from ingest.store.foreign_manifest import ForeignManifest
from ingest.store.lock import is_held, locked, wait_until_free
from ingest.store.manifest import Manifest, require_corpus_name
from ingest.store.mirror import mirrored, store_of
from ingest.store.opening import Opening
from ingest.store.place import Place
from ingest.store.quotas import Quotas
from ingest.store.reading import Reading
from ingest.store.record import Record, fingerprint
from ingest.store.server import ServerOptions
from ingest.store.store import Store
from ingest.store.writer import Writer

__all__ = [
    "Field",
    "ForeignCollection",
    "ForeignManifest",
    "Manifest",
    "Metadata",
    "Neighbor",
    "Opening",
    "Place",
    "Quotas",
    "Reading",
    "Record",
    "ServerOptions",
    "Store",
    "StoredCollection",
    "Writer",
    "cache_in",
    "fingerprint",
    "is_held",
    "locked",
    "mirrored",
    "require_corpus_name",
    "store_of",
    "wait_until_free",
]
