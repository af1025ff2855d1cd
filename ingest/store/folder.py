"""The folder of a store: whether it is one, its embedding cache alone, and what is told where it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.embedding_cache import CACHE, EmbeddingCache
from ingest.errors import NothingStoredError, UserError
from ingest.store.disk import full_disk_error
from ingest.store.mirror import is_bare
from ingest.store.rebuilding import old_of

CHROMA = "chroma"


def require_folder(path: Path, *, create: bool) -> None:
    """Make the folder where there is none, or refuse to go on; what other programs wrote stays as it is."""
    if path.is_file():
        raise UserError(f"The store {path} is a file, not a folder: give another --store.")
    if is_bare(path):
        raise UserError(f"Another program wrote {path}, and it stays as it is: give another --store.")
    if create:
        path.mkdir(parents=True, exist_ok=True)
    elif not ((path / CHROMA).is_dir() or old_of(path / CHROMA).is_dir()):
        raise NothingStoredError(f"There is no store in {path}: make one with `python -m ingest`, or give --store DIR.")


def cache_in(path: Path) -> EmbeddingCache:
    """Open the embedding cache of a store alone; where there is none yet, an empty one in memory."""
    file = path / CACHE
    return EmbeddingCache(file if file.exists() else Path(":memory:"))


@contextmanager
def faults_explained(path: Path) -> Iterator[None]:
    """Tell the user of what the operating system refuses in the block."""
    try:
        yield
    except OSError as error:
        raise full_disk_error(error, path / CHROMA) or UserError(
            f"The store {path} cannot be used ({error.strerror}): mend that, or give another --store."
        ) from error
