"""What stands in for Chroma Cloud: a proxy before a real Chroma server that wants a key and keeps to the quotas."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

KEY = "a-key-of-the-tests"
N_RECORDS, N_AT_ONCE, N_DIMENSIONS, N_KEYS = 300, 10, 4_096, 32
ID_BYTES, DOCUMENT_BYTES, METADATA_BYTES = 128, 16_384, 4_096
NAME_BYTES, MANIFEST_BYTES, KEY_BYTES = 128, 256, 36


class CloudServer:
    """Serves in its ``with`` block, and counts what was asked, in all and at once."""

    def __init__(self, upstream: str, certificate: ssl.SSLContext | None = None) -> None:
        self.requests: Counter[str] = Counter()
        self.most_at_once = 0
        self.upstream = urlsplit(upstream).netloc
        self._at_once: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"cloud": self}))
        if certificate:
            self._server.socket = certificate.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://localhost:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        return {"CHROMA_API_KEY": KEY, "EXPLORER_CLOUD_URL": self.url}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def counted(self, path: str) -> Iterator[int]:
        """Count a request, and how many others of its collection are under way."""
        with self._lock:
            self.requests[path.rpartition("/")[2]] += 1
            self._at_once[path] += 1
            n_at_once = self._at_once[path]
            self.most_at_once = max(self.most_at_once, n_at_once)
        try:
            yield n_at_once
        finally:
            with self._lock:
                self._at_once[path] -= 1


class Handler(BaseHTTPRequestHandler):
    """Refuses what Chroma Cloud would, and passes all else on."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # which would let each answer's content wait 40 ms for its headers to arrive
    cloud: CloudServer

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        with self.cloud.counted(path) as n_at_once:
            if self.headers.get("x-chroma-token") != KEY:
                self.refuse(401, "AuthorizationError", "Unauthorized")
            elif n_at_once > N_AT_ONCE:
                self.refuse(429, "RateLimitError", "Too many requests")
            elif broken := _broken_quota(path, body):
                self.refuse(400, "QuotaError", broken)
            else:
                self.pass_on(body)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

    def pass_on(self, body: bytes) -> None:
        connection = HTTPConnection(self.cloud.upstream)
        connection.request(self.command, self.path, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        self.write(answer.status, answer.read())
        connection.close()

    def refuse(self, status: int, error: str, message: str) -> None:
        self.write(status, json.dumps({"error": error, "message": message}).encode())

    def write(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _broken_quota(path: str, body: bytes) -> str | None:
    """Return which quota a request exceeds."""
    verb = path.rpartition("/")[2]
    asked: dict[str, Any] = json.loads(body) if body else {}
    n_asked = {
        "get": asked.get("limit") or len(asked.get("ids") or []) or N_RECORDS + 1,
        "query": asked.get("n_results", 0),
        "upsert": len(asked.get("ids") or []),
        "delete": len(asked.get("ids") or []),
    }
    if n_asked.get(verb, 0) > N_RECORDS:
        return f"{verb} of {n_asked[verb]} records exceeds the limit of {N_RECORDS}"
    return _broken_by_records(asked) if verb == "upsert" else _broken_by_collection(asked)


def _broken_by_records(asked: dict[str, Any]) -> str | None:
    # Chroma sends vectors in base64, four bytes a number.
    n_numbers = max(len(base64.b64decode(vector)) // 4 for vector in asked["embeddings"])
    if n_numbers > N_DIMENSIONS:
        return f"a vector of {n_numbers} dimensions exceeds the limit of {N_DIMENSIONS}"
    return (
        _too_long("id", asked["ids"], ID_BYTES)
        or _too_long("document", asked["documents"], DOCUMENT_BYTES)
        or next(filter(None, (_broken_by_metadata(each, METADATA_BYTES) for each in asked["metadatas"])), None)
    )


def _broken_by_collection(asked: dict[str, Any]) -> str | None:
    """Return what is too long where a collection is made or changed."""
    named = [asked.get("name"), asked.get("new_name")]
    metadata = asked.get("metadata") or asked.get("new_metadata") or {}
    return _too_long("collection name", list(filter(None, named)), NAME_BYTES) or _broken_by_metadata(
        metadata, MANIFEST_BYTES
    )


def _broken_by_metadata(metadata: dict[str, Any], n_bytes: int) -> str | None:
    if len(metadata) > N_KEYS:
        return f"metadata of {len(metadata)} keys exceeds the limit of {N_KEYS}"
    return _too_long("metadata key", list(metadata), KEY_BYTES) or _too_long(
        "metadata value", list(metadata.values()), n_bytes
    )


def _too_long(what: str, values: list[Any], n_bytes: int) -> str | None:
    most = max((len(str(value).encode()) for value in values), default=0)
    return f"a {what} of {most} bytes exceeds the limit of {n_bytes}" if most > n_bytes else None
