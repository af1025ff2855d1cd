"""A mirror of a folder that Chroma wrote for somebody else: a store in the user's cache with a copy of its files.

Chroma has no way to open a folder without writing to it: it migrates its database, and writes indexes again. So the
folder itself is only copied from, and copied anew whenever its files have changed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.embedding_cache import CACHE, EmbeddingCache, sha256_of
from ingest.errors import UserError
from ingest.store.lock import LOCK, StoreLock

COPIED_FROM = "copied.json"

# The size and the time of the last change of each file.
Signature = dict[str, list[int]]


def is_bare(folder: Path) -> bool:
    """Tell whether Chroma itself wrote a folder: a store has Chroma's files in a folder of their own."""
    return (folder / "chroma.sqlite3").is_file() and not (folder / "chroma").is_dir()


def is_mirror(folder: Path) -> bool:
    """Tell whether a store is a mirror: what is written to it is lost once the folder that it mirrors has changed."""
    return (folder / COPIED_FROM).is_file()


def store_of(folder: Path) -> Path:
    """Return where the store of a folder is, there or not: a mirror where Chroma wrote it, or the folder itself."""
    return mirror_of(folder) if is_bare(folder) else folder


def mirrored(folder: Path) -> Path:
    """Return the store to open for a folder, as ``store_of`` says; a mirror is brought up to date."""
    if not is_bare(folder):
        return folder
    mirror = mirror_of(folder)
    with _faults_explained(folder):
        mirror.mkdir(parents=True, exist_ok=True)
        with StoreLock(mirror / LOCK).held():
            _copy_what_changed(folder, mirror)
            EmbeddingCache(mirror / CACHE).close()  # where the vectors of questions are kept
    return mirror


def mirror_of(folder: Path) -> Path:
    """Return where the mirror of a folder is, whether it is there or not."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = folder.resolve()
    return cache / "semantic-explorer" / f"{place.name}-{sha256_of(str(place))[:12]}"


def _copy_what_changed(folder: Path, mirror: Path) -> None:
    signature = _signature_of(folder)
    if _copied_from(mirror) == signature:
        return
    copy, part = mirror / "chroma", mirror / "chroma.part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(folder, part, ignore=shutil.ignore_patterns(LOCK))
    if _signature_of(folder) != signature:
        shutil.rmtree(part)
        raise UserError(f"The folder {folder} is being written to: wait until that has ended, then try again.")
    (mirror / COPIED_FROM).unlink(missing_ok=True)
    shutil.rmtree(copy, ignore_errors=True)
    part.rename(copy)
    (mirror / COPIED_FROM).write_text(json.dumps(signature), encoding="utf-8")


def _signature_of(folder: Path) -> Signature:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns] for path in files}


def _copied_from(mirror: Path) -> Signature | None:
    try:
        return dict(json.loads((mirror / COPIED_FROM).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


@contextmanager
def _faults_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, shutil.Error) as error:
        raise UserError(
            f"The files of {folder} cannot be copied to {mirror_of(folder).parent} ({error}): "
            "make room there, or name another folder in XDG_CACHE_HOME."
        ) from error
