"""Derived results: arrays that are computed once and have an address on disk."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from tokenize import TokenError

import numpy as np
from numpy.typing import NDArray

# The name of a file says its kind; the digest covers what it was computed from and how.
Recipe = Mapping[str, str | int | float | None]


class DerivedArrays:
    """A folder of arrays, safe to delete at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._computing: dict[str, Lock] = {}

    def load(self, kind: str, recipe: Recipe) -> NDArray[np.generic] | None:
        """Return the array, memory-mapped, or None where it was never computed or cannot be read."""
        try:
            return np.lib.format.open_memmap(self._path(kind, recipe), mode="r")
        except (OSError, ValueError, TokenError):  # TokenError: NumPy reads the header as Python
            return None

    def load_or_compute(
        self, kind: str, recipe: Recipe, compute: Callable[[], NDArray[np.generic]]
    ) -> NDArray[np.generic]:
        """Return the array, computing and keeping it where it is not there yet; whoever asks meanwhile waits for it."""
        path = self._path(kind, recipe)
        with self._computing.setdefault(path.name, Lock()):
            known = self.load(kind, recipe)
            if known is not None:
                return known
            array = compute()
            self._save(path, array)
            return array

    def _path(self, kind: str, recipe: Recipe) -> Path:
        digest = hashlib.sha256(json.dumps(dict(recipe), sort_keys=True).encode()).hexdigest()
        return self._folder / f"{kind}-{digest[:20]}.npy"

    def _save(self, path: Path, array: NDArray[np.generic]) -> None:
        """Write beside and rename, so that no reader ever sees half an array; a full disk only costs the keeping."""
        beside = path.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(exist_ok=True)
            with beside.open("wb") as file:
                np.save(file, array, allow_pickle=False)
            beside.replace(path)
        except OSError:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
