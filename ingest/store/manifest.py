"""The manifest: what a collection holds and how it was made, kept as the collection's metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import count, takewhile
from typing import Any

from ingest.cleaning import options_for
from ingest.embedders import TaskType
from ingest.embedding_cache import Space
from ingest.errors import UserError
from ingest.store.cutting import parts

SCHEMA = 2

# What must be equal for two sets of vectors to stand in one collection.
IDENTITY = ("schema", "embedder", "model", "dimensions", "task_type", "embedded_as", "cleaning", "preparation")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One collection's description; ``fingerprint`` changes whenever its posts do.

    ``embedded_as`` is the task type that its embeddings were made under: none where that makes no difference.
    ``preparation`` is the embedder's: collections from before there was one have none.
    """

    corpus: str
    source: str
    embedder: str
    model: str
    dimensions: int
    task_type: TaskType
    embedded_as: str
    cleaning: str
    preparation: str = ""
    n_posts: int = 0
    complete: bool = False
    fingerprint: str = ""
    schema: int = SCHEMA

    @property
    def collection(self) -> str:
        """The collection's name: ``<corpus>.<model>.<dimensions>.<task-type>``."""
        model = re.sub(r"[^A-Za-z0-9._-]+", "-", self.model)
        return f"{self.corpus}.{model}.{self.dimensions}.{self.task_type.lower().replace('_', '-')}"

    @property
    def space(self) -> Space:
        """Where its embeddings are in the embedding cache."""
        return Space(self.model, self.dimensions, self.embedded_as)

    def as_metadata(self, n_bytes: int | None = None) -> dict[str, str | int | bool]:
        """Return a collection's metadata; of a text that is longer than so many bytes, part after part."""
        return dict(pair for name, value in asdict(self).items() for pair in _pairs(name, value, n_bytes))

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any] | None) -> Manifest | None:
        """Return the manifest, or None for a collection that this project did not make."""
        expected = {field.name for field in fields(cls)}
        if not metadata or not expected - {"preparation"} <= metadata.keys():
            return None
        values = {name: _value(name, metadata) for name in expected & metadata.keys()}
        return cls(**{**values, "task_type": TaskType(values["task_type"])})

    def unfit_fields(self, wanted: Manifest) -> list[str]:
        """Return the names of what keeps the vectors of ``wanted`` from standing beside these."""
        return [name for name in IDENTITY if getattr(self, name) != getattr(wanted, name)]

    def require_fit(self, wanted: Manifest) -> None:
        """Refuse to mix what ``wanted`` would add with what is there."""
        for name in self.unfit_fields(wanted):
            options = options_for(self.cleaning) if name == "cleaning" else ""
            go_on = f"clean as before with just {options}, " if options else ""
            raise UserError(
                f"Collection {self.collection} was made with {name} {getattr(self, name)!r}, not "
                f"{getattr(wanted, name)!r}: {go_on}make it anew with --replace, or keep both with --corpus NAME."
            )


def require_corpus_name(name: str) -> str:
    """Return a name that can begin a collection's name."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", name):
        raise UserError(f"{name!r} cannot name a corpus: use up to 100 letters, digits, - and _.")
    return name


def _pairs(name: str, value: Any, n_bytes: int | None) -> Iterator[tuple[str, Any]]:
    """Yield a value by its name, and what a text has beyond so many bytes by further names."""
    if isinstance(value, str):
        yield from zip(_names(name), parts(value, n_bytes), strict=False)
    else:
        yield name, value


def _value(name: str, metadata: Mapping[str, Any]) -> Any:
    if not isinstance(metadata[name], str):
        return metadata[name]
    return "".join(metadata[part] for part in takewhile(metadata.__contains__, _names(name)))


def _names(name: str) -> Iterator[str]:
    """Yield the names of a value's parts: of the first, the value's own."""
    return (name if number == 1 else f"{name}.{number}" for number in count(1))
