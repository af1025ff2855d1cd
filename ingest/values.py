"""Values: how the texts of options are read; one that cannot be is wrong usage, with what is known in its place."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

from ingest.cleaning import Cleaning
from ingest.embedders import TaskType
from ingest.errors import UnknownNameError, UserError

Value = TypeVar("Value")


def usable(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return how an option is read, so that a value that cannot be is wrong usage."""

    def read_or_refuse(text: str) -> Value:
        try:
            return read(text)
        except UserError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read_or_refuse


def strips(listed: str) -> tuple[str, ...]:
    """Read which parts of posts are to be stripped."""
    return Cleaning(_parts(listed)).strip


def task_types(listed: str) -> tuple[TaskType, ...]:
    """Read some task types, each as ``task_type`` does."""
    names = _parts(listed)
    if not names:
        raise argparse.ArgumentTypeError(f"{listed!r} names none: leave it out, or name some, separated by commas")
    return tuple(dict.fromkeys(map(task_type, names)))


def task_type(name: str) -> TaskType:
    """Read a task type as the API spells it, in any case, or as names of collections do: with hyphens."""
    spelled = name.upper().replace("-", "_")
    if spelled not in TaskType.__members__:
        raise UnknownNameError("task type", name, list(TaskType.__members__))
    return TaskType[spelled]


def _parts(listed: str) -> tuple[str, ...]:
    """Return what is between the commas, each once."""
    return tuple(dict.fromkeys(part.strip() for part in listed.split(",") if part.strip()))


def positive(text: str) -> int:
    """Read a whole number of 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def amount(text: str) -> float:
    """Read an amount of USD."""
    try:
        usd = float(text)
    except ValueError:
        usd = -1.0
    if not 0 <= usd < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount of USD")
    return usd
