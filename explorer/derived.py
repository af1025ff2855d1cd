"""Derived results: arrays and folders that are computed once and have an address on disk."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Result = TypeVar("Result")

HALF_WRITTEN = ".part"
# What was written to longer ago is nobody's any more.
SECONDS_TO_WRITE = 3_600.0

# The name of a file says its kind; the digest covers what it was computed from and how.
Plain = str | int | float | None
Recipe = Mapping[str, Plain]


def made_by(*modules: str, libraries: Sequence[str] = ()) -> dict[str, Plain]:
    """Return what a result depends on besides what it is made of: the constants of the modules that make it.

    They are all of a module's names in capitals: some change nothing, and none that does is forgotten.
    """
    found = {f"{module}.{name}": _as_plain(value) for module in modules for name, value in _constants_of(module)}
    versions = {library: version(library) for library in libraries}
    return {**{name: value for name, value in found.items() if value is not None}, **versions}


def _constants_of(module: str) -> Iterator[tuple[str, object]]:
    return ((name, value) for name, value in vars(import_module(module)).items() if name.isupper())


def _as_plain(value: object) -> Plain:
    """Return a constant as a recipe can name it, or None where it is of another kind, such as a table of functions."""
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, re.Pattern):
        return str(value.pattern)
    if isinstance(value, tuple | frozenset) and all(isinstance(each, str | int | float) for each in value):
        return repr(sorted(value) if isinstance(value, frozenset) else value)
    return None


@dataclass(frozen=True, slots=True)
class Format(Generic[Result]):
    """How a result is kept under a path, in a file or in a folder."""

    suffix: str
    read: Callable[[Path], Result]
    write: Callable[[Result, Path], None]


def _write_array(array: NDArray[np.generic], path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def _read_array(path: Path) -> NDArray[np.generic]:
    return np.lib.format.open_memmap(path, mode="r")


ARRAY = Format(".npy", _read_array, _write_array)


def write_arrays(path: Path, **arrays: Any) -> None:
    """Write several arrays to one file."""
    with path.open("wb") as file:
        np.savez(file, **arrays)


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read what ``write_arrays`` wrote; nothing that is stored there is run."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def _write_recipe(recipe: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(recipe), encoding="utf-8")


def _read_recipe(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


RECIPE = Format(".json", _read_recipe, _write_recipe)


class DerivedResults:
    """A folder of results, safe to delete at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._computing: dict[str, Lock] = {}

    def load(self, kind: str, recipe: Recipe) -> NDArray[np.generic] | None:
        """Return the array, memory-mapped, or None where it was never computed or cannot be read."""
        return self.find(kind, recipe, ARRAY)

    def find(self, kind: str, recipe: Recipe, kept_as: Format[Result]) -> Result | None:
        """Return the result, or None where it was never made or cannot be read."""
        return self._read(self._path(kind, recipe, kept_as.suffix), kept_as)

    def load_or_compute(
        self, kind: str, recipe: Recipe, compute: Callable[[], NDArray[np.generic]]
    ) -> NDArray[np.generic]:
        """Return the array, computing and keeping it where it is not there yet; whoever asks meanwhile waits for it."""
        return self.load_or_make(kind, recipe, compute, ARRAY)

    def load_or_make(self, kind: str, recipe: Recipe, make: Callable[[], Result], kept_as: Format[Result]) -> Result:
        """Return the result, making and keeping it where it is not there yet; whoever asks meanwhile waits for it."""
        path = self._path(kind, recipe, kept_as.suffix)
        with self._computing.setdefault(path.name, Lock()):
            known = self._read(path, kept_as)
            if known is not None:
                return known
            result = make()
            self._save(path, result, kept_as)
            return result

    def note(self, kind: str, recipe: Recipe) -> None:
        """Keep a recipe, for ``noted`` to find; the names of results say nothing of theirs."""
        self.load_or_make(kind, recipe, lambda: dict(recipe), RECIPE)

    def noted(self, kind: str) -> list[Recipe]:
        """Return the recipes of a kind that are kept, as far as they can be read."""
        paths = sorted(self._folder.glob(f"{kind}-*{RECIPE.suffix}"))
        recipes = [(path, self._read(path, RECIPE)) for path in paths]
        return [recipe for path, recipe in recipes if recipe and path == self._path(kind, recipe, RECIPE.suffix)]

    def _path(self, kind: str, recipe: Recipe, suffix: str) -> Path:
        digest = hashlib.sha256(json.dumps(dict(recipe), sort_keys=True).encode()).hexdigest()
        return self._folder / f"{kind}-{digest[:20]}{suffix}"

    def _read(self, path: Path, kept_as: Format[Result]) -> Result | None:
        try:
            return kept_as.read(path)
        except Exception:  # Damage makes readers raise nearly anything, and every result can be made anew.
            return None

    def _save(self, path: Path, result: Result, kept_as: Format[Result]) -> None:
        """Write beside and rename, so that no reader ever sees half a result; a full disk only costs the keeping.

        Several processes may write the same at once, each beside the others: the last one's stays.
        """
        self._clear_away(path)
        beside = path.with_suffix(f".{os.getpid()}{HALF_WRITTEN}")
        try:
            with suppress(OSError):
                self._folder.mkdir(exist_ok=True)
                kept_as.write(result, beside)
                if path.is_dir():
                    _remove(path)
                beside.replace(path)
        finally:
            _remove(beside)

    def _clear_away(self, path: Path) -> None:
        """Remove what processes that were killed have left of a result."""
        for left in self._folder.glob(f"{path.stem}*{HALF_WRITTEN}"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > SECONDS_TO_WRITE:
                    _remove(left)


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink(missing_ok=True)
