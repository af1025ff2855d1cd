"""Colors: the inks of a theme, and 24 for groups that stay apart for color-blind people on a light and a dark ground.

Those of groups were chosen by search, not by eye. Candidates are the sRGB colors whose contrast with both
grounds is at least 3:1 (what WCAG 2.2, criterion 1.4.11, asks of graphics) and whose chroma is
neither dull nor glaring. Of those, farthest-point sampling with 60 random starts kept the 24
whose smallest distance is largest: OKLab distance, under protanopia and deuteranopia as simulated
by Machado, Oliveira and Fernandes (2009) at full severity, and 0.6 of the distance in full color
vision. Their order is again farthest first, so a few groups get the colors that differ most.
Twenty-four hues cannot all be obvious to everyone: names on the map and the legend's buttons say
in words what the colors say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LIGHT_GROUND = "#ffffff"
DARK_GROUND = "#0b0f19"

PALETTE = (
    "#5490d8", "#c02400", "#783ccc", "#fc5484", "#246c48", "#789c24", "#906ca8", "#6c6cfc",
    "#b41878", "#fc6000", "#4860a8", "#c05484", "#189054", "#9c54cc", "#6c600c", "#cc6cf0",
    "#18a884", "#d86cb4", "#c06c60", "#a830a8", "#249cb4", "#a83c54", "#b4600c", "#0078d8",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inks:
    """The colors of a theme, and its ramp: even in lightness, and what is high stands out from the ground."""

    text: str
    quiet: str
    missing: str
    ramp: tuple[str, ...]


LIGHT = Inks("#1e293b", "#64748b", "#94a3b8", ("#9fdcdd", "#7fb3d3", "#6c87c2", "#5a57a7", "#3f1d82"))
DARK = Inks("#f1f5f9", "#94a3b8", "#64748b", ("#3c4585", "#4d74a0", "#5ea49b", "#9ccd7a", "#f5f07a"))


def colors_for(names: Sequence[str]) -> tuple[str, ...]:
    """Give each name the color of its index; after the 24th name the colors begin again."""
    return tuple(map(color_of, range(len(names))))


def color_of(number: int) -> str:
    """Return the color of a numbered group, such as a cluster, which keeps it whatever others there are."""
    return PALETTE[number % len(PALETTE)]
