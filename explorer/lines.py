"""Lines: whatever was written, on one line that is not too long."""

from __future__ import annotations


def on_one_line(text: str, most: int) -> str:
    """Return a text on one line of at most so many characters; where it is cut, the last says so."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
