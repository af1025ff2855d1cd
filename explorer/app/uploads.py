"""Uploads: files that visitors send, whose kinds and sizes are checked before anything reads them."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ingest.corpora import FILES, TABLES
from ingest.corpora.decoding import printable
from ingest.corpora.tables import bytes_of_parquet
from ingest.errors import UserError

ZIP, PARQUET = ".zip", ".parquet"
KINDS = (*TABLES, *FILES, ZIP)
MOST_BYTES = 200_000_000  # of a file, as it is sent
MOST_UNPACKED_BYTES = 1_000_000_000
MOST_FILES = 200_000
CHUNK = 1_000_000  # bytes
BROKEN = (zipfile.BadZipFile, zlib.error, LZMAError, RuntimeError, NotImplementedError, EOFError, OSError, ValueError)


def require_upload(path: str, folder: Path) -> Path:
    """Return the path of a file that was sent; whatever else lies on this machine is not to be named in a browser."""
    file = Path(path).resolve()
    if not (path and file.is_relative_to(folder.resolve()) and file.is_file()):
        raise UserError("There is no such upload any more: choose the file again.")
    if file.suffix.lower() not in KINDS:
        raise UserError(f"{file.name} is of no known kind: choose from {', '.join(KINDS)}.")
    if file.stat().st_size > MOST_BYTES:
        raise UserError(f"{file.name} is larger than {MOST_BYTES / 1e6:,.0f} MB: ingest it with `python -m ingest`.")
    return file


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """Yield where the posts of a file are: itself, or the folder of what was zipped, for as long as that is read."""
    if file.suffix.lower() == PARQUET:
        require_small(file)
    if file.suffix.lower() != ZIP:
        yield file
        return
    with TemporaryDirectory(prefix="posts-") as around:
        folder = Path(around) / (file.stem.strip(".") or "posts")
        folder.mkdir()
        try:
            with zipfile.ZipFile(file) as archive:
                _unpack(archive, folder)
        except BROKEN as error:
            raise UserError(f"{file.name} cannot be unpacked ({_reason(error)}): zip the folder again.") from error
        yield _only_folder_in(folder)


def require_small(file: Path) -> None:
    """Refuse a Parquet file that is packed small and whose posts are huge, before all of them are read at once."""
    n_bytes = 0
    with named_as_sent(file, file.name):
        for n_more in bytes_of_parquet(file):
            n_bytes += n_more
            if n_bytes > MOST_UNPACKED_BYTES:
                most = f"{MOST_UNPACKED_BYTES / 1e6:,.0f} MB"
                raise UserError(f"{file} has more than {most} of posts: ingest it with `python -m ingest`.")


@contextmanager
def named_as_sent(path: Path, name: str) -> Iterator[None]:
    """Say what is wrong with a file by the name that it was sent by, and nothing of where it lies here."""
    try:
        yield
    except UserError as error:
        raise UserError(str(error).replace(str(path), name).replace(f"{path.parent}{os.sep}", "")) from error


def _reason(error: BaseException) -> str:
    """Return what is wrong without the paths of this machine, which operating systems add."""
    said = error.strerror if isinstance(error, OSError) else str(error)
    return printable(said or type(error).__name__)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """Unpack what is shown; of what an archive says of sizes nothing is believed."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and _is_shown(entry.filename)]
    if len(entries) > MOST_FILES:
        raise UserError(f"The archive has {len(entries):,} files, more than {MOST_FILES:,}: ingest its folder instead.")
    n_left = MOST_UNPACKED_BYTES
    for entry in entries:
        target = folder.joinpath(*_parts_of(entry.filename))
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed, target.open("wb") as file:
            while chunk := packed.read(CHUNK):
                n_left -= len(chunk)
                if n_left < 0:
                    raise UserError(
                        f"The archive unpacks to more than {MOST_UNPACKED_BYTES / 1e6:,.0f} MB: "
                        "ingest its folder with `python -m ingest`."
                    )
                file.write(chunk)


def _parts_of(name: str) -> tuple[str, ...]:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or ".." in parts or PurePosixPath(*parts).is_absolute() or ":" in parts[0]:
        raise UserError(f"The archive has a file out of its folder ({name!r}): zip the folder again.")
    return parts


def _is_shown(name: str) -> bool:
    return not any(part.startswith((".", "__MACOSX")) and part != ".." for part in PurePosixPath(name).parts)


def _only_folder_in(folder: Path) -> Path:
    """Return the folder that was zipped, where the archive has nothing else."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() and any(inside[0].glob("*/")) else folder
