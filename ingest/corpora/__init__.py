"""Where posts come from: tables of sources by name and of kinds of files, one module for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from ingest.corpora import folder, mbox, newsgroups, sample, tables
from ingest.corpora.columns import Columns
from ingest.corpora.decoding import printable
from ingest.corpora.gathering import Found, Unreadable, corpus_name, gather
from ingest.errors import UserError
from ingest.posts import Corpus

Items = Iterator[Found | Unreadable]

SOURCES: dict[str, Callable[[], Corpus]] = {"20newsgroups": newsgroups.read, "sample": sample.read}

FILES: dict[str, Callable[[Path], Items]] = {".mbox": mbox.read}

TABLES: dict[str, Callable[[Path, Columns], Items]] = {
    ".csv": tables.read_csv,
    ".tsv": tables.read_csv,
    ".jsonl": tables.read_jsonl,
    ".ndjson": tables.read_jsonl,
    ".parquet": tables.read_parquet,
}

KINDS = ", ".join(["auto", *SOURCES, "a folder", *FILES, *TABLES])


def name_of(source: str) -> str:
    """Return the name that a source gives its corpus, or raise what reading would where there is no such source."""
    if source in SOURCES:
        return source
    with _telling(source):
        return corpus_name(_existing(source))


def read_corpus(source: str, columns: Columns = Columns()) -> Corpus:
    """Read all posts of a source: a known name, or the path of a folder or a file; only a table has columns."""
    name = name_of(source)
    if source in SOURCES:
        _require_none(columns, source)
        return SOURCES[source]()
    with _telling(source):
        return gather(name, source, _items(source, columns))


def _items(source: str, columns: Columns) -> Items:
    path = _existing(source)
    ending = path.suffix.lower()
    if path.is_file() and ending in TABLES:
        return TABLES[ending](path, columns)
    _require_none(columns, source)
    return folder.read(path) if path.is_dir() else FILES[ending](path)


def _existing(source: str) -> Path:
    """Return the path of a folder, or of a file of a known kind."""
    path = Path(source)
    with suppress(RuntimeError):  # no such user as in ~ann/posts.csv
        path = path.expanduser()
    if not path.exists():
        raise UserError(f"There is no source {source!r}: choose from {KINDS}; no file or folder has that name either.")
    if not path.is_dir() and not (path.is_file() and path.suffix.lower() in [*FILES, *TABLES]):
        raise UserError(f"{source} is of no known kind: choose from {KINDS}.")
    return path


def _require_none(columns: Columns, source: str) -> None:
    given = [f"--{role}-column" for role, name in asdict(columns).items() if name is not None]
    if given:
        raise UserError(f"{source} is no table, so that no column can be chosen: leave out {', '.join(given)}.")


@contextmanager
def _telling(source: str) -> Iterator[None]:
    """Tell the user of what the operating system refuses."""
    try:
        yield
    except OSError as error:
        reason = printable(str(error.strerror or error))
        raise UserError(f"{source} cannot be read ({reason}): see to its permissions.") from error
