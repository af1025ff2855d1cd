"""Shares: how computations tell how much is done, and how parts of one share what is told."""

from __future__ import annotations

from collections.abc import Callable

# Told how much is done, from 0 to 1; what it raises ends the computation.
Progress = Callable[[float], None]


def untold(done: float) -> None:
    """Take no notice."""


def in_two(progress: Progress | None, share: float) -> tuple[Progress, Progress]:
    """Return what tells of the first part of a computation, which takes a share of it, and what tells of the rest."""
    tell = progress or untold
    return lambda done: tell(share * done), lambda done: tell(share + (1 - share) * done)
