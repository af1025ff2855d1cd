"""How a collection that this project did not make is read: what the user said of it, kept so that it is said once."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from threading import get_ident
from typing import Any

from ingest.embedding_cache import sha256_of


@dataclass(frozen=True, slots=True)
class Reading:
    """A collection's name, the field that labels its records, and what embedded them; empty is not said."""

    collection: str = ""
    label: str = ""
    embedder: str = ""
    model: str = ""

    def said_over(self, earlier: Reading) -> Reading:
        """Return what is said now, and of what is not, what was said earlier; another embedder has another model."""
        embedding = self if self.embedder else earlier
        return Reading(earlier.collection, self.label or earlier.label, embedding.embedder, embedding.model)


class Readings:
    """A folder that keeps readings, and which records had no usable vector; what is lost is asked or found again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, collection: str) -> Reading:
        """Return what was said of a collection before."""
        kept = self._read("reading", collection)
        known = {each.name: str(kept[each.name]) for each in fields(Reading) if each.name in kept}
        return Reading(**{**known, "collection": collection})

    def keep(self, reading: Reading) -> None:
        self._write("reading", reading.collection, asdict(reading))

    def left_out(self, collection: str, fingerprint: str) -> frozenset[str] | None:
        """Return the ids whose vectors were found unusable, or None where nobody has looked yet."""
        kept = self._read("unusable", collection)
        return frozenset(kept["ids"]) if kept.get("fingerprint") == fingerprint else None

    def keep_left_out(self, collection: str, fingerprint: str, ids: frozenset[str]) -> None:
        self._write("unusable", collection, {"fingerprint": fingerprint, "ids": sorted(ids)})

    def _path(self, kind: str, collection: str) -> Path:
        return self._folder / f"{kind}-{sha256_of(collection)[:20]}.json"

    def _read(self, kind: str, collection: str) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            return dict(json.loads(self._path(kind, collection).read_text(encoding="utf-8")))
        return {}

    def _write(self, kind: str, collection: str, said: Mapping[str, object]) -> None:
        """Write beside and rename, beside others that write the same; a full disk only costs the keeping."""
        path = self._path(kind, collection)
        beside = path.with_suffix(f".{os.getpid()}-{get_ident()}.part")
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            try:
                beside.write_text(json.dumps(said), encoding="utf-8")
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
