"""A question: what is looked for, and the modes in which it can be."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import UnknownNameError, UserError

# What meaning weighs in each mode; keywords weigh the rest. On the benchmark's queries for tuning anything from 0.6 to
# 0.8 is about as good, and better than either alone.
MEANING_WEIGHTS = {"meaning": 1.0, "keywords": 0.0, "hybrid": 0.7}
MODES = tuple(MEANING_WEIGHTS)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: a text, posts like some posts, named by their ids, and unlike others."""

    text: str = ""
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()

    @property
    def has_text(self) -> bool:
        return bool(self.text.strip())

    @property
    def named(self) -> frozenset[str]:
        """The ids of the posts that it names, which are not among its answers."""
        return frozenset(self.like + self.unlike)

    def require_answerable(self, mode: str) -> None:
        """Refuse an unknown mode, and a question that has nothing for it to go by."""
        if mode not in MODES:
            raise UnknownNameError("search mode", mode, list(MODES))
        if not (self.has_text or self.like):
            raise UserError("The question is empty: type what you are looking for.")
        if mode == "keywords" and not self.has_text:
            raise UserError("Posts alone say nothing to a search by keywords: type some, or search by meaning.")

    def meaning_weight(self, mode: str) -> float:
        """Return what meaning weighs in its answers: all, where there is no text to find keywords in."""
        self.require_answerable(mode)
        return MEANING_WEIGHTS[mode] if self.has_text else 1.0


def as_question(question: str | Question) -> Question:
    return Question(question) if isinstance(question, str) else question
