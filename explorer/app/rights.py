"""Rights: what visitors may have done that changes the store or is paid for."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import UserError

READ_ONLY = (
    "No posts are changed and nothing is paid for here, since a password lets others in: "
    "whoever runs the app allows both with --allow-changes."
)
TO_FILL = "There is nothing to explore yet: ingest posts on the page Data, or with `python -m ingest`."
TO_BE_FILLED = "There is nothing to explore yet: whoever runs the app ingests posts with `python -m ingest`."


@dataclass(frozen=True, slots=True)
class Rights:
    """Whether visitors may change the store and spend money, and on one ingest at most how much (None: whatever).

    Who may not can still have a typed question or text embedded, which costs some hundredths of a cent at most, and
    maps, clusterings and trainings computed, which are kept in the store's folder ``derived``, with no bound.
    """

    to_change: bool = True
    most_usd: float | None = None

    @property
    def nothing_yet(self) -> str:
        """What visitors are told of an empty store."""
        return TO_FILL if self.to_change else TO_BE_FILLED

    def require_change(self) -> None:
        """Refuse what only somebody who may change the store can have done."""
        if not self.to_change:
            raise UserError(READ_ONLY)


EVERY_RIGHT = Rights()
