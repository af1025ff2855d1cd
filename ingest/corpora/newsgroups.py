"""20 Newsgroups, as scikit-learn caches or downloads it."""

from __future__ import annotations

import re
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path, PurePath
from typing import Any

from ingest.errors import UserError
from ingest.posts import Corpus, Post

CACHE_FILE = "20news-bydate_py3.pkz"  # as scikit-learn names it
DOWNLOAD_TIMEOUT = 20.0  # seconds without an answer


def read() -> Corpus:
    """Read all 18,846 posts in scikit-learn's order."""
    bunch = _fetch()
    posts = [_post(text, filename) for text, filename in zip(bunch.data, bunch.filenames, strict=True)]
    return Corpus("20newsgroups", "20newsgroups", posts, cleaning="tutorial")


def download() -> None:
    """Bring the posts into scikit-learn's cache."""
    _fetch()


def is_cached() -> bool:
    """Tell whether ``read`` needs no network."""
    from sklearn.datasets import get_data_home

    # It makes the folder, which may be refused.
    with suppress(OSError):
        return Path(get_data_home(), CACHE_FILE).is_file()
    return False


def _fetch() -> Any:
    from sklearn.datasets import fetch_20newsgroups

    try:
        # It prints where its cache cannot be read, and standard output is for the answer alone.
        with _socket_timeout(DOWNLOAD_TIMEOUT), warnings.catch_warnings(action="ignore"), redirect_stdout(None):
            return fetch_20newsgroups(subset="all", n_retries=1)
    except OSError as error:
        raise UserError(
            f"20 Newsgroups is neither in scikit-learn's cache nor can it be downloaded ({error}): "
            "connect once, or set SCIKIT_LEARN_DATA to a folder that has it."
        ) from error


def _post(text: str, filename: str) -> Post:
    """Make a post; its file is named like ``20news-bydate-train/rec.autos/102994``."""
    folder, newsgroup, number = PurePath(filename).parts[-3:]
    subset = folder.rpartition("-")[2]
    return Post(f"{subset}/{newsgroup}/{number}", newsgroup, subset, _subject(text), text)


def _subject(text: str) -> str:
    header = text.partition("\n\n")[0]
    found = re.search(r"^Subject:[ \t]*(.*)$", header, re.MULTILINE)
    return found[1].strip() if found else ""


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """Bound the download, which scikit-learn itself lets hang for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
