"""Charts: the one door to matplotlib, which draws maps as PNG and SVG."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from explorer.lines import on_one_line
from explorer.map_names import names_of
from explorer.palette import DARK, LIGHT, Inks
from explorer.point_map.arrays import Coloring, Scale
from explorer.recoloring import of_largest
from ingest.console import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from explorer.picture import Picture

INCHES = (14.4, 9.0)
DOTS = 100  # an inch on a screen; a picture has twice as many
MAP_BOX = (0.015, 0.02, 0.775, 0.875)  # left, bottom, width, height; shares of the picture
LEGEND_LEFT, TOP = 0.808, 0.955
LINE = 0.0262
LEGEND_LETTERS = 28
MOST_GROUPS = 30  # with a color and a name: more could neither be told apart nor listed
MOST_DRAWN = 5_000  # points as shapes of an SVG: more are a picture in it
FONTS = ("Inter", "Helvetica Neue", "Arial", "Liberation Sans", "Noto Sans", "Noto Sans CJK SC", "DejaVu Sans")

DRAWING = Lock()


def draw_map(picture: Picture, file: BinaryIO, kind: str) -> None:
    """Write a picture as png or svg; whatever posts hold is text in it, and never a formula."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # With its salt, the same map is the same SVG. These settings are of the whole process.
    with DRAWING, rc_context({"font.family": _fonts(), "text.parse_math": False, "svg.hashsalt": "map"}):
        figure = Figure(INCHES, dpi=DOTS, facecolor=picture.ground)
        inks = DARK if picture.is_dark else LIGHT
        picture = _with_few_groups(picture, inks)
        figure.text(MAP_BOX[0], TOP, visible(picture.title), color=inks.text, size=17, weight="bold")
        figure.text(MAP_BOX[0], TOP - 0.03, visible(picture.facts), color=inks.quiet, size=10.5)
        _draw_posts(picture, figure, inks)
        _draw_legend(picture, figure, inks)
        metadata = {"Title": visible(picture.title), **({"Date": None} if kind == "svg" else {})}
        figure.savefig(file, format=kind, dpi=2 * DOTS, facecolor=picture.ground, metadata=metadata)


def _with_few_groups(picture: Picture, inks: Inks) -> Picture:
    if isinstance(picture.paint, Scale):
        return picture
    return replace(picture, paint=of_largest(picture.paint, MOST_GROUPS, others=inks.missing))


def _fonts() -> list[str]:
    from matplotlib.font_manager import get_font_names

    known = set(get_font_names())
    return [name for name in FONTS if name in known]


def _draw_posts(picture: Picture, figure: Figure, inks: Inks) -> None:
    """Draw the points, in an order in which no group hides another, and the names of what lies together."""
    axes = figure.add_axes(MAP_BOX)
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="datalim")
    n_posts = len(picture.posts)
    order = np.random.default_rng(0).permutation(n_posts)
    across, up = picture.coordinates[order].T
    axes.scatter(
        across,
        up,
        s=_point_size(n_posts),
        c=_colors(picture, inks)[order],
        alpha=float(np.clip(0.9 - 0.12 * np.log10(max(n_posts, 1) / 1000), 0.35, 0.92)),
        linewidths=0,
        rasterized=n_posts > MOST_DRAWN,
    )
    axes.autoscale_view()
    axes.apply_aspect()  # now, so that names know how far they reach
    _draw_names(picture, axes, inks)


def _point_size(n_posts: int) -> float:
    """Return the area of a point, in square points of 1/72 inch: the less the more there are."""
    pixels = INCHES[0] * MAP_BOX[2] * INCHES[1] * MAP_BOX[3] * DOTS**2
    radius = np.clip(0.27 * np.sqrt(pixels / max(n_posts, 1)), 1.3, 4.0)
    return float((2 * radius * 72 / DOTS) ** 2)


def _colors(picture: Picture, inks: Inks) -> Any:
    """Return the color of each post, of shape (n_posts, 4)."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgba_array

    paint = picture.paint
    if isinstance(paint, Coloring):
        return to_rgba_array([*paint.colors, inks.missing])[paint.codes]  # -1 is the last
    low, high = _ends_of(paint)
    shares = (paint.values - low) / ((high - low) or 1)
    ramp = LinearSegmentedColormap.from_list("ramp", list(inks.ramp), N=255)
    return ramp.with_extremes(bad=inks.missing)(np.ma.masked_invalid(shares))


def _ends_of(scale: Scale) -> tuple[float, float]:
    if scale.ends or not np.isfinite(scale.values).any():
        return 0.0, 1.0
    return float(np.nanmin(scale.values)), float(np.nanmax(scale.values))


def _draw_names(picture: Picture, axes: Axes, inks: Inks) -> None:
    """Write the groups' names, then those of places, the larger first; none over another or out of the map."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.patheffects import withStroke

    figure = axes.get_figure(root=True)
    renderer: Any = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    edge = axes.get_window_extent(renderer)
    taken: list[Any] = []
    for each in names_of(picture, MOST_GROUPS):
        name = axes.text(*each.place, each.text, color=inks.text, size=each.size, weight="bold")
        name.set(ha="center", va="center")
        name.set_path_effects([withStroke(linewidth=3, foreground=picture.ground)])
        box = _box_of(name, renderer)
        if edge.x0 <= box.x0 and box.x1 <= edge.x1 and not any(box.overlaps(other) for other in taken):
            taken.append(box)
        else:
            name.remove()


def _box_of(name: Text, renderer: Any) -> Any:
    return name.get_window_extent(renderer).padded(3)


def _draw_legend(picture: Picture, figure: Figure, inks: Inks) -> None:
    title = on_one_line(visible(picture.paint.title), LEGEND_LETTERS + 8)
    figure.text(LEGEND_LEFT, TOP - 0.03, title, color=inks.text, size=11, weight="bold")
    if isinstance(picture.paint, Scale):
        _draw_ramp(picture.paint, figure, inks)
    else:
        _draw_groups(picture.paint, figure, inks)


def _draw_groups(paint: Coloring, figure: Figure, inks: Inks) -> None:
    """List the groups with their colors and sizes, in the order of the map's own legend."""
    from matplotlib.lines import Line2D

    sizes = np.bincount(paint.codes + 1, minlength=len(paint.names) + 1).tolist()
    rows = list(zip(paint.names, paint.colors, sizes[1:], strict=True))
    if sizes[0]:
        rows.append((paint.rest, inks.missing, sizes[0]))
    for place, (name, color, size) in enumerate(rows):
        y = TOP - 0.068 - place * LINE
        dot = Line2D([LEGEND_LEFT + 0.005], [y + 0.004], marker="o", markersize=6.5, color=color, linestyle="")
        figure.add_artist(dot)
        figure.text(LEGEND_LEFT + 0.016, y, on_one_line(visible(name), LEGEND_LETTERS), color=inks.text, size=9.5)
        figure.text(0.985, y, f"{size:,}", color=inks.quiet, size=9.5, ha="right")


def _draw_ramp(scale: Scale, figure: Figure, inks: Inks) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    ramp = figure.add_axes((LEGEND_LEFT, TOP - 0.078, 0.985 - LEGEND_LEFT, 0.022))
    ramp.set_axis_off()
    colors = LinearSegmentedColormap.from_list("ramp", list(inks.ramp))
    ramp.imshow(np.linspace(0, 1, 255)[np.newaxis], aspect="auto", cmap=colors)
    low, high = scale.ends or (f"{end:.2f}" for end in _ends_of(scale))
    figure.text(LEGEND_LEFT, TOP - 0.102, low, color=inks.quiet, size=9.5)
    figure.text(0.985, TOP - 0.102, high, color=inks.quiet, size=9.5, ha="right")
