"""Cleaning: lists of ``str -> str`` steps, and the rules for posts that end up empty or too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ingest.errors import UnknownNameError
from ingest.posts import Corpus, Post

Step = Callable[[str], str]

# The tutorials' `[\w\.-]+@[\w\.-]+`, tried only where a run of its characters begins: it finds the same, and takes no
# quadratic time over a long run without an "@".
EMAIL_ADDRESS = re.compile(r"(?<![\w.-])[\w.-]+@[\w.-]+")

# What scikit-learn's `remove=("quotes",)` takes for a quote, so that figures can be compared.
QUOTE_LINE = re.compile(r"^([>|]|In article|Quoted from)|writes in|(writes|wrote|says|said):")


def drop_email_addresses(text: str) -> str:
    return EMAIL_ADDRESS.sub("", text)


def drop_parentheses(text: str) -> str:
    return re.sub(r"\([^()]*\)", "", text)


def drop_from(text: str) -> str:
    return text.replace("From: ", "")


def drop_subject(text: str) -> str:
    return text.replace("\nSubject: ", "")


def strip_headers(text: str) -> str:
    """Keep what follows the first empty line; a text without one is all body."""
    _, blank_line, body = text.partition("\n\n")
    return body if blank_line else text


def strip_quotes(text: str) -> str:
    """Drop quoted lines and the lines that introduce them."""
    return "\n".join(line for line in text.split("\n") if not QUOTE_LINE.search(line))


def strip_footers(text: str) -> str:
    """Drop what follows the last line that is empty or made of dashes: mostly a signature."""
    lines = text.strip().split("\n")
    breaks = [number for number, line in enumerate(lines) if not line.strip().strip("-")]
    return "\n".join(lines[: breaks[-1]]) if breaks and breaks[-1] > 0 else text


# Headers end at the first empty line and footers begin at the last: the order matters.
STRIPS: dict[str, Step] = {"headers": strip_headers, "footers": strip_footers, "quotes": strip_quotes}

# The steps of Google's tutorials on Gemini embeddings, in their order.
TUTORIAL_STEPS: list[Step] = [drop_email_addresses, drop_parentheses, drop_from, drop_subject]

# What may be done with a corpus beside stripping: nothing, unless its posts are those that the tutorials are about.
ROUTINES: dict[str, list[Step]] = {"tutorial": TUTORIAL_STEPS, "none": []}


@dataclass(frozen=True, slots=True)
class Cleaning:
    """How posts are cleaned; its string stands in the manifest of what was made with it.

    ``routine`` is one of ``ROUTINES``; None leaves it to the corpus.
    """

    strip: tuple[str, ...] = ()
    long_posts: Literal["truncate", "drop"] = "truncate"
    max_characters: int = 10_000
    routine: str | None = None

    def __post_init__(self) -> None:
        if self.routine not in (None, *ROUTINES):
            raise UnknownNameError("cleaning", str(self.routine), list(ROUTINES))
        for part in self.strip:
            if part not in STRIPS:
                raise UnknownNameError("part to strip", part, list(STRIPS))

    def __str__(self) -> str:
        stripped = ",".join(part for part in STRIPS if part in self.strip) or "nothing"
        return f"{self._named}; strip {stripped}; {self.long_posts} at {self.max_characters} characters"

    def of(self, corpus: Corpus) -> Cleaning:
        """Return how a corpus is cleaned: by the routine that is named, or else by its own."""
        return replace(self, routine=self.routine or corpus.cleaning)

    @property
    def steps(self) -> list[Step]:
        return [step for part, step in STRIPS.items() if part in self.strip] + ROUTINES[self._named]

    @property
    def _named(self) -> str:
        return self.routine or "none"


def options_for(described: str) -> str:
    """Return the options that clean as a manifest says, without those that are so by default; none for other words."""
    found = re.fullmatch(r"(\w+); strip ([\w,]+); (\w+) at (\d+) characters", described)
    if not found:
        return ""
    default = Cleaning()
    defaults = (None, "nothing", default.long_posts, str(default.max_characters))
    options = ("--cleaning", "--strip", "--long-posts", "--max-characters")
    given = zip(options, found.groups(), defaults, strict=True)
    return " ".join(f"{option} {value}" for option, value, usual in given if value != usual)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The posts that are left, and how many were lost to which rule."""

    posts: list[Post]
    n_dropped_empty: int
    n_dropped_long: int


def clean(text: str, steps: Iterable[Step]) -> str:
    """Apply the steps in order."""
    for step in steps:
        text = step(text)
    return text


def clean_posts(posts: Iterable[Post], cleaning: Cleaning) -> Cleaned:
    """Clean posts; a post without a visible character is dropped, a long one truncated or dropped."""
    cleaned = [replace(post, text=clean(post.text, cleaning.steps)) for post in posts]
    filled = [post for post in cleaned if post.text.strip()]
    kept = [_limit(post, cleaning.max_characters) for post in filled]
    if cleaning.long_posts == "drop":
        kept = [post for post in kept if not post.truncated]
    return Cleaned(kept, n_dropped_empty=len(cleaned) - len(filled), n_dropped_long=len(filled) - len(kept))


def _limit(post: Post, max_characters: int) -> Post:
    if len(post.text) <= max_characters:
        return post
    return replace(post, text=post.text[:max_characters], truncated=True)
