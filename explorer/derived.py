"""Derived results: arrays that are computed once and have an address on disk."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# The name of a file says its kind; the digest covers what it was computed from and how.
Recipe = Mapping[str, str | int | float | None]


class DerivedArrays:
    """A folder of arrays, safe to delete at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, kind: str, recipe: Recipe) -> NDArray[np.generic] | None:
        """Return the array, memory-mapped, or None where it was never computed or cannot be read."""
        try:
            array: NDArray[np.generic] = np.load(self._path(kind, recipe), mmap_mode="r", allow_pickle=False)
            return array
        except (OSError, ValueError, EOFError):
            return None

    def load_or_compute(
        self, kind: str, recipe: Recipe, compute: Callable[[], NDArray[np.generic]]
    ) -> NDArray[np.generic]:
        """Return the array, computing and keeping it where it is not there yet."""
        known = self.load(kind, recipe)
        if known is not None:
            return known
        array = compute()
        self._save(self._path(kind, recipe), array)
        return array

    def _path(self, kind: str, recipe: Recipe) -> Path:
        digest = hashlib.sha256(json.dumps(dict(recipe), sort_keys=True).encode()).hexdigest()
        return self._folder / f"{kind}-{digest[:20]}.npy"

    def _save(self, path: Path, array: NDArray[np.generic]) -> None:
        """Write beside and rename, so that no reader ever sees half an array."""
        beside = path.with_suffix(f".{os.getpid()}")
        with beside.open("wb") as file:
            np.save(file, array, allow_pickle=False)
        beside.replace(path)
