"""Rights: what visitors may have done that changes the store or is paid for."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import UserError

READ_ONLY = (
    "Nothing is changed or paid for here, since a password lets others in: "
    "whoever runs the app allows both with --allow-changes."
)


@dataclass(frozen=True, slots=True)
class Rights:
    """Whether visitors may change the store and spend money, and on one ingest at most how much (None: whatever).

    Who may not can still have a typed question or text embedded, which costs some hundredths of a cent at most.
    """

    to_change: bool = True
    most_usd: float | None = None

    def require_change(self) -> None:
        """Refuse what only somebody who may change the store can have done."""
        if not self.to_change:
            raise UserError(READ_ONLY)


EVERY_RIGHT = Rights()
