"""The columns of a table: which of them holds a post's text, label, id, subject and subset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.corpora.decoding import listed
from ingest.errors import UserError


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a table's columns; None stands for one to be found by its name, or to do without."""

    text: str | None = None
    label: str | None = None
    id: str | None = None
    subject: str | None = None
    subset: str | None = None


# What a column may be called, the likeliest name first.
NAMES = {
    "text": ("text", "body", "content", "message", "post", "document", "article", "comment", "review", "description"),
    "label": ("newsgroup", "label", "category", "class", "target", "topic", "group", "tag", "label_text"),
    "id": ("id", "post_id", "message_id", "message-id", "document_id", "doc_id", "uid", "uuid"),
    "subject": ("subject", "title", "headline", "summary"),
    "subset": ("subset", "split"),
}


def find_columns(path: Path, names: Sequence[str], wanted: Columns, option: str = "--{role}-column") -> Columns:
    """Find each column by the name it was given with an option, else by what it may be called in any case."""
    if not names:
        return Columns()  # a table without a column has no row to read either
    given = asdict(wanted)
    for role, name in given.items():
        if name is not None and name not in names:
            raise UserError(f"{path} has no column {name!r}{_choice(names, option.format(role=role))}")
    free = [name for name in names if name not in given.values()]
    found = Columns(**{role: given[role] or _first(free, NAMES[role]) for role in NAMES})
    if found.text is None:
        raise UserError(f"{path} has no column named like a text{_choice(names, option.format(role='text'))}")
    return found


def _first(names: Sequence[str], candidates: Sequence[str]) -> str | None:
    by_lower_name = {name.lower(): name for name in reversed(names)}
    return next((by_lower_name[candidate] for candidate in candidates if candidate in by_lower_name), None)


def _choice(names: Sequence[str], option: str) -> str:
    return f": choose one with {option} from {listed(names)}."
