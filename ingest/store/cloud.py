"""Chroma Cloud: the place, its quotas, and the environment variables that open it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.errors import UserError
from ingest.store.place import Answer
from ingest.store.quotas import Quotas
from ingest.store.remote_faults import Remedies, is_secure, require_answer, secrets_in
from ingest.store.remote_requests import SECONDS_TO_CONNECT, ask_again, patient

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

CLOUD = "cloud"
CLOUD_URL = "https://api.trychroma.com:443"

# https://docs.trychroma.com/cloud/quotas-limits; of the ten reads at once, half are left for others.
OF_CHROMA_CLOUD = Quotas(
    records_read=300,
    records_written=300,
    neighbors=300,
    numbers_read=1_000_000,
    request_bytes=40 * 2**20,
    name_bytes=128,
    dimensions=4_096,
    id_bytes=128,
    document_bytes=16_384,
    value_bytes=4_096,
    manifest_bytes=256,
    reads_at_once=5,
)

REMEDIES_OF_CLOUD = Remedies(
    what="Chroma Cloud",
    if_not_there="look after the network and try again, or give another --chroma-url",
    if_refused="check CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE",
)


@dataclass(frozen=True, slots=True)
class Cloud:
    """Chroma Cloud, with the key, tenant and database that its own environment variables name."""

    key: str = field(repr=False)
    tenant: str | None = None
    database: str | None = None
    url: str = CLOUD_URL
    quotas: Quotas = OF_CHROMA_CLOUD
    is_shared: bool = True

    @classmethod
    def of_environment(cls) -> Cloud:
        """Read the environment; EXPLORER_CLOUD_URL is for what stands in for Chroma Cloud in tests."""
        environment = os.environ.get
        key = environment("CHROMA_API_KEY")
        if not key:
            raise UserError(
                "Chroma Cloud wants a key: set CHROMA_API_KEY (and CHROMA_TENANT and CHROMA_DATABASE), "
                "or give another --chroma-url."
            )
        url = environment("EXPLORER_CLOUD_URL") or CLOUD_URL
        return cls(key, environment("CHROMA_TENANT"), environment("CHROMA_DATABASE"), url)

    def connect(self) -> ClientAPI:
        return self.ask(self._connect, "the database", is_repeatable=False)

    def index(self, sync_threshold: int) -> Any:
        """Return the configuration of a collection; Chroma Cloud has an index of its own kind."""
        return {"spann": {"space": "cosine"}}

    def ask(self, call: Callable[[], Answer], about: str, *, is_repeatable: bool = True) -> Answer:
        remedies = replace(REMEDIES_OF_CLOUD, secrets=secrets_in([self.key]))
        return ask_again(call, remedies, about, is_repeatable=is_repeatable)

    def _connect(self) -> ClientAPI:
        import chromadb

        require_answer(self.url, {"x-chroma-token": self.key}, SECONDS_TO_CONNECT)
        address = urlsplit(self.url)
        return patient(
            chromadb.CloudClient(
                self.tenant,
                self.database,
                self.key,
                cloud_host=address.hostname or "",
                cloud_port=address.port or (443 if is_secure(self.url) else 80),
                enable_ssl=is_secure(self.url),
            )
        )
