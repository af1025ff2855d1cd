"""What can go wrong with an embedding model, by what is to be done about it."""

from __future__ import annotations

import textwrap

from ingest.errors import UserError


class PassingError(UserError):
    """A fault that may be gone when the same is tried again; ``seconds`` is how long the API asks to wait."""

    def __init__(self, line: str, seconds: float | None = None) -> None:
        super().__init__(line)
        self.seconds = seconds


class RefusedError(UserError):
    """A request that is refused for what is in it, and would be again."""


class UnusableError(PassingError):
    """An answer that is not the texts' embeddings, paid for all the same: tried again only a few times."""


class StoppedError(UserError):
    """A request that was not sent, since sending was stopped while it waited."""

    def __init__(self) -> None:
        super().__init__("These texts were not sent, since the ingest was stopped: run the same command again.")


def shortened(reason: object) -> str:
    """Return a reason as one line that is not too long for the middle of a sentence."""
    return textwrap.shorten(str(reason), 240, placeholder=" ...").rstrip(".")
