"""Folders of posts: one sub-folder for each label, one file for each post."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ingest.corpora.decoding import decode
from ingest.corpora.gathering import SUBSETS, Found, Unreadable
from ingest.corpora.mail import read_mail

# A mail begins with headers alone, From or Subject among them, and an empty line ends them.
MAIL_HEAD = re.compile(rb"(?:From .*\n)?(?:[!-9;-~]+:.*\n(?:[ \t].*\n)*)+\r?\n")
MAIL_HEADER = re.compile(rb"^(?:From|Subject):", re.IGNORECASE | re.MULTILINE)


def read(path: Path) -> Iterator[Found | Unreadable]:
    """Read every file at any depth, label by label; hidden ones are passed over."""
    failures: list[OSError] = []
    files = sorted((file.relative_to(path).parts for file in _files(path, failures.append)), key=_natural_order)
    tops = {parts[0] for parts in files if len(parts) > 1}
    for parts in files:
        if tops and len(parts) == 1:
            yield Unreadable(parts[0], "in no label's folder")
        else:
            yield _read_file(path.joinpath(*parts), "/".join(parts), _place(path, parts, tops))
    for failure in failures:
        yield Unreadable(Path(failure.filename).relative_to(path).as_posix(), str(failure.strerror))


def _files(root: Path, on_error: Callable[[OSError], None]) -> Iterator[Path]:
    """Yield the files of a folder, links followed, each real folder entered once."""
    entered: set[Path] = set()
    for folder, subfolders, names in os.walk(root, onerror=on_error, followlinks=True):
        here = Path(folder).resolve()
        if here in entered:
            subfolders.clear()
            continue
        entered.add(here)
        subfolders[:] = sorted(filter(_is_shown, subfolders))
        yield from (Path(folder, name) for name in filter(_is_shown, names))


def _is_shown(name: str) -> bool:
    return not name.startswith(".")


def _natural_order(parts: tuple[str, ...]) -> list[tuple[list[str | int], str]]:
    """Return a key by which 9 comes before 10."""
    return [(_runs(part), part) for part in parts]


def _runs(name: str) -> list[str | int]:
    """Return text and numbers by turns."""
    return [int(run) if place % 2 else run for place, run in enumerate(re.split(r"([0-9]+)", name))]


def _place(root: Path, parts: tuple[str, ...], tops: set[str]) -> Found:
    """Return a post, still without its text, as its file's place has it.

    Where the only sub-folders are ``train`` and ``test``, the labels are the folders inside them.
    """
    if not tops:
        return Found(root.resolve().name, parts[0], "")
    if tops <= set(SUBSETS) and len(parts) > 2:
        return Found(parts[1], "/".join(parts[2:]), "", subset=parts[0])
    return Found(parts[0], "/".join(parts[1:]), "")


def _read_file(path: Path, shown: str, place: Found) -> Found | Unreadable:
    if not path.is_file():
        return Unreadable(shown, "not a file")
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Unreadable(shown, str(error.strerror))
    if path.suffix.lower() == ".eml" or _is_mail(raw):
        mail = read_mail(raw, shown)
        return mail if isinstance(mail, Unreadable) else replace(place, text=mail.text, subject=mail.subject)
    text = decode(raw)
    if "\0" in text:
        return Unreadable(shown, "binary, not text")
    return replace(place, text=text) if text.strip() else Unreadable(shown)


def _is_mail(raw: bytes) -> bool:
    head = MAIL_HEAD.match(raw)
    return head is not None and MAIL_HEADER.search(head[0]) is not None
