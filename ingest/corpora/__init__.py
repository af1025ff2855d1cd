"""Where posts come from: a table of sources by name, one of kinds of files, one file for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.corpora import folder, mbox, newsgroups, sample, tables
from ingest.corpora.columns import Columns
from ingest.corpora.gathering import Found, Unreadable, gather
from ingest.errors import UserError
from ingest.posts import Corpus

Reader = Callable[[Path, Columns], Iterator[Found | Unreadable]]

SOURCES: dict[str, Callable[[], Corpus]] = {"20newsgroups": newsgroups.read, "sample": sample.read}

FILES: dict[str, Reader] = {
    ".mbox": mbox.read,
    ".csv": tables.read_csv,
    ".tsv": tables.read_csv,
    ".jsonl": tables.read_jsonl,
    ".ndjson": tables.read_jsonl,
    ".parquet": tables.read_parquet,
}

KINDS = ", ".join(["auto", *SOURCES, "a folder", ".mbox", ".csv", ".jsonl", ".parquet"])


def read_corpus(source: str, columns: Columns = Columns()) -> Corpus:
    """Read all posts of a source: a known name, or the path of a folder or a file."""
    if source in SOURCES:
        return SOURCES[source]()
    path = Path(source).expanduser()
    try:
        return gather(source, path, _reader(source, path)(path, columns))
    except OSError as error:
        raise UserError(f"{source} cannot be read ({error.strerror}): see to its permissions.") from error


def _reader(source: str, path: Path) -> Reader:
    if path.is_dir():
        return folder.read
    if not path.exists():
        raise UserError(f"There is no source {source!r}: choose from {KINDS}; no file or folder has that name either.")
    if not path.is_file() or path.suffix.lower() not in FILES:
        raise UserError(f"{source} is of no known kind: choose from {KINDS}.")
    return FILES[path.suffix.lower()]
