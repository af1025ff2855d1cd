"""Records of collections that this project did not make, taken for posts: what is their title, text and newsgroup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.posts import Post
from ingest.store.fields import Metadata, texts_of

# In this order; a record without any has its document's first line for a title.
TITLE_FIELDS = ("title", "subject", "headline", "heading", "name", "file_name", "filename", "source", "file_path")
SUBSET_FIELDS = ("subset", "split")
SUBSETS = ("train", "test")
TITLE_CHARACTERS = 120


def post_of(record_id: str, metadata: Metadata, document: str | None, label: str) -> Post:
    """Return a record as a post; without a label it has no newsgroup, without a document its metadata is its text."""
    newsgroup = ", ".join(texts_of(metadata.get(label))) if label else ""
    text = document if document is not None else _as_text(metadata)
    subset = next((text for text in _values(metadata, SUBSET_FIELDS) if text in SUBSETS), "")
    return Post(record_id, newsgroup, subset, _title_of(record_id, metadata, document), text)


def _title_of(record_id: str, metadata: Metadata, document: str | None) -> str:
    """Return the first title-like field, or else the document's first line, or else the id."""
    title = next(_values(metadata, TITLE_FIELDS), "") or next(iter((document or "").strip().splitlines()), "")
    return (title.strip() or record_id)[:TITLE_CHARACTERS]


def _values(metadata: Metadata, names: Sequence[str]) -> Iterator[str]:
    """Yield the texts that the fields of these names have, whatever their capitals."""
    by_name = {name.lower(): value for name, value in metadata.items()}
    return (text for name in names if isinstance(text := by_name.get(name), str) and text.strip())


def _as_text(metadata: Metadata) -> str:
    """Return metadata in lines, for a record without a document."""
    shown = {name: ", ".join(texts_of(value)) for name, value in metadata.items() if not name.startswith("_")}
    return "\n".join(f"{name}: {text}" for name, text in shown.items() if text)
