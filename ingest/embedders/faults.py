"""What can go wrong with an embedding API, by what is to be done about it."""

from __future__ import annotations

from ingest.errors import UserError


class PassingError(UserError):
    """A fault that may be gone when the same is tried again; ``seconds`` is how long the API asks to wait."""

    def __init__(self, line: str, seconds: float | None = None) -> None:
        super().__init__(line)
        self.seconds = seconds


class RefusedError(UserError):
    """A request that is refused for what is in it, and would be again."""
