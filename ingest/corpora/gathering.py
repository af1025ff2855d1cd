"""What the readers find, gathered into a corpus: unique ids, duplicates left out, the unreadable named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ingest.corpora.decoding import one_line, printable, storable
from ingest.errors import UserError
from ingest.posts import Corpus, Post

SUBSETS = ("train", "test")


@dataclass(frozen=True, slots=True)
class Found:
    """A post as a reader finds it; without a label it gets the name of its file."""

    label: str
    name: str
    text: str
    subject: str = ""
    subset: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that is no post, as the user would find it in the source, and why."""

    name: str
    reason: str = "no text in it"

    def __str__(self) -> str:
        return f"{printable(self.name)}: {self.reason}"


def gather(name: str, source: str, items: Iterable[Found | Unreadable]) -> Corpus:
    """Make a corpus of what was found; where that is not one post, tell the user."""
    default_label = Path(source).stem
    posts: list[Post] = []
    unreadable: list[str] = []
    register = _Register()
    n_duplicates = 0
    for item in items:
        if isinstance(item, Unreadable):
            unreadable.append(str(item))
        elif post := register.enter(_post(item, default_label)):
            posts.append(post)
        else:
            n_duplicates += 1
    if not posts:
        raise UserError(_nothing_found(source, unreadable))
    return Corpus(name, source, posts, unreadable, n_duplicates)


def corpus_name(path: Path) -> str:
    """Return the name of a folder, or that of a file without its ending, as a corpus may be called."""
    full = path.resolve()
    name = full.name if full.is_dir() else full.stem
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-_")[:100] or "corpus"


@dataclass(slots=True)
class _Register:
    """The ids given so far; an id that is taken gets a number, unless the text is the same too."""

    entered: set[tuple[str, str]] = field(default_factory=set)
    taken: dict[str, int] = field(default_factory=dict)

    def enter(self, post: Post) -> Post | None:
        """Return the post under an id of its own, or None for a duplicate."""
        if (post.id, post.text) in self.entered:
            return None
        self.entered.add((post.id, post.text))
        return Post(self._free(post.id), post.newsgroup, post.subset, post.subject, post.text)

    def _free(self, wanted: str) -> str:
        post_id, number = wanted, self.taken.get(wanted, 1)
        while post_id in self.taken:
            number += 1
            post_id = f"{wanted}#{number}"
        self.taken[wanted] = number
        self.taken.setdefault(post_id, 1)
        return post_id


def _post(found: Found, default_label: str) -> Post:
    label = printable(found.label) or printable(default_label)
    subset = found.subset.strip().lower()
    parts = [subset, label, printable(found.name)] if subset in SUBSETS else [label, printable(found.name)]
    return Post(
        id="/".join(parts),
        newsgroup=label,
        subset=subset if subset in SUBSETS else "",
        subject=one_line(found.subject),
        text=storable(found.text),
    )


def _nothing_found(source: str, unreadable: list[str]) -> str:
    if not unreadable:
        return f"{source} holds no posts: name a source that does."
    return f"{source} holds no posts that can be read, {len(unreadable):,} that cannot: the first is {unreadable[0]}."
