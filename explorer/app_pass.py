"""The app's pass: a file in the store's folder by which the owner's other processes may ask the app that holds it."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

FILE = ".app"
ROUTE = "verbs"
VERBS = Path(__file__).parent / "verbs"


@dataclass(frozen=True, slots=True)
class Pass:
    """Where the app is, the word that opens it, and the edition of the verbs that it knows."""

    address: str
    token: str
    edition: str

    @property
    def url(self) -> str:
        return f"{self.address.rstrip('/')}/{ROUTE}"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def edition() -> str:
    """Return what tells verbs that were changed since the app began from those that it knows."""
    return sha256(b"".join(path.read_bytes() for path in sorted(VERBS.glob("*.py")))).hexdigest()


@contextmanager
def pass_in(store: Path, address: str, token: str) -> Iterator[None]:
    """Leave a pass in a store's folder, which its owner alone can read, until the block ends."""
    path = store / FILE
    path.unlink(missing_ok=True)  # an app that was killed left its own
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(Pass(address, token, edition())), file)
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def read_pass(store: Path) -> Pass | None:
    """Return the pass of the app that holds a store, None where there is none that this process should trust.

    What somebody else could have written might lead anywhere; what is of another edition might mean something else.
    """
    try:
        with (store / FILE).open(encoding="utf-8") as file:
            about = os.fstat(file.fileno())
            found = Pass(**json.load(file))
    except (OSError, ValueError, TypeError):
        return None
    is_ours = about.st_uid == os.getuid() and not about.st_mode & 0o077
    return found if is_ours and found.edition == edition() else None
