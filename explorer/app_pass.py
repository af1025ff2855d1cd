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

from ingest.errors import UserError

FILE = ".app"
ROUTE = "verbs"
ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("explorer", "ingest")


@dataclass(frozen=True, slots=True)
class Pass:
    """Where the app is, the word that opens it, and the edition of the program that it runs."""

    address: str
    token: str
    edition: str

    @property
    def url(self) -> str:
        return f"{self.address.rstrip('/')}/{ROUTE}"

    def require_same_edition(self) -> None:
        """Refuse to ask an app that might mean something else by the same words."""
        if self.edition != edition():
            raise UserError(
                f"The app at {self.address} has the store open, and runs another edition of this program: "
                "end it and start it again."
            )


def new_token() -> str:
    return secrets.token_urlsafe(32)


def edition() -> str:
    """Return what tells a program that was changed since the app began from the one that the app runs.

    Any module may change an answer, and a version stays the same while somebody works on one.
    """
    digest = sha256()
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        digest.update(b"\0".join((path.relative_to(ROOT).as_posix().encode(), path.read_bytes(), b"")))
    return digest.hexdigest()


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

    What somebody else could have written might lead anywhere.
    """
    try:
        with (store / FILE).open(encoding="utf-8") as file:
            about = os.fstat(file.fileno())
            found = Pass(**json.load(file))
    except (OSError, ValueError, TypeError):
        return None
    is_ours = about.st_uid == os.getuid() and not about.st_mode & 0o077
    return found if is_ours else None
