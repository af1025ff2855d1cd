"""Kept titles: what was written for clusters, by what it was written from, so that none is paid for twice."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

from ingest.errors import UserError
from ingest.store import locked


@dataclass(frozen=True, slots=True)
class Title:
    """A title, and the model that wrote it."""

    text: str
    model: str


LOCKS: dict[Path, Lock] = defaultdict(Lock)  # of files that several explorers of one store keep titles in


class KeptTitles:
    """Titles by key in a file that is not derived: titles are paid for, and another time they are others."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = LOCKS[path.resolve()]

    def known(self) -> dict[str, Title]:
        """Return all titles; none where the file cannot be read, since clusters can be shown without."""
        with suppress(UserError):
            return self.read()
        return {}

    def read(self) -> dict[str, Title]:
        """Return all titles, or raise why they cannot be read."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return {key: Title(str(title["text"]), str(title["model"])) for key, title in found.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise UserError(
                f"The titles in {self._path} cannot be read ({error}): put a copy back, or move the file away."
            ) from error

    def keep(self, titles: Mapping[str, Title]) -> None:
        """Add titles; the file is whole at any time."""
        with self._writing, locked(self._path.with_suffix(".lock")):
            together = {key: asdict(title) for key, title in {**self.read(), **titles}.items()}
            beside = self._path.with_suffix(".part")
            try:
                beside.write_text(json.dumps(together, indent=1, sort_keys=True), encoding="utf-8")
                beside.replace(self._path)
            except OSError as error:
                raise UserError(f"The titles cannot be kept in {self._path} ({error}): mend that.") from error
