"""The option that says what a drawn map is colored by."""

from __future__ import annotations

from explorer.field_names import FIELD, named
from explorer.verbs.verb import OptionGroup, completed_with
from ingest.errors import UnknownNameError
from ingest.values import usable

COLORS = ("newsgroup", "cluster", "subset", "suspect", "similarity", "placement")


def add_color(parser: OptionGroup) -> None:
    """Add what posts are colored by; whether they have a field is known only once they are read."""
    color = parser.add_argument(
        "--color",
        type=usable(coloring),
        default=COLORS[0],
        metavar="WHAT",
        help=f"{', '.join(COLORS)} or {named('NAME')}, a metadata field (default: newsgroup)",
    )
    completed_with(color, *COLORS)


def coloring(name: str) -> str:
    """Read what posts are colored by."""
    if name not in COLORS and not name.startswith(FIELD):
        raise UnknownNameError("coloring", name, [*COLORS, named("NAME")])
    return name
