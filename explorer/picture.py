"""Pictures: a map of posts to keep or to send, as a file or in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from explorer.exporting import require_choice
from explorer.palette import DARK_GROUND, LIGHT_GROUND
from explorer.place_names import PlaceNames
from explorer.plan import Plan
from explorer.point_map.arrays import Coloring, Scale
from explorer.recoloring import of_rows
from explorer.writing import writing
from ingest.posts import Post

if TYPE_CHECKING:
    from explorer.explorer import Explorer

HEIGHT = 640  # pixels in a notebook
NO_NAMES = PlaceNames([], np.empty((0, 2), np.float32), np.empty(0, np.int8))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Picture:
    """A map of posts, one color for each group or a ramp of colors; a notebook shows it as a page to zoom and search.

    Attributes
    ----------
    title, facts : str
        What it is a map of, and what else there is to know of it.
    posts : sequence of Post
        In the order that the other attributes follow.
    coordinates : ndarray of shape (n_posts, 2), float32
    paint : Coloring or Scale
    names : PlaceNames
        Of parts of the map.
    is_dark : bool
        Whether it is drawn on a dark ground; a page does as the reader's browser prefers.
    """

    title: str
    facts: str
    posts: Sequence[Post]
    coordinates: NDArray[np.float32]
    paint: Coloring | Scale
    names: PlaceNames = NO_NAMES
    is_dark: bool = False

    @property
    def ground(self) -> str:
        return DARK_GROUND if self.is_dark else LIGHT_GROUND

    def of(self, rows: NDArray[np.intp]) -> Picture:
        """Return the picture of some posts alone, each in its place and color."""
        if len(rows) == len(self.posts):
            return self
        posts, paint = [self.posts[row] for row in rows], of_rows(self.paint, rows)
        facts = f"{len(posts):,} of {self.facts}"
        return replace(self, facts=facts, posts=posts, coordinates=self.coordinates[rows], paint=paint, names=NO_NAMES)

    def save(self, path: str | Path) -> None:
        """Write the picture as what the path's ending names: .html, .png or .svg."""
        draw = require_drawer(Path(path))
        with writing(Path(path)) as file:
            draw(self, file)

    def __repr__(self) -> str:
        return f"<{self.title}: {self.facts}>"

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, which reaches nothing of the notebook."""
        from explorer.map_page import page_of

        style = f"width: 100%; height: {HEIGHT}px; border: 0"
        return f'<iframe sandbox="allow-scripts" style="{style}" srcdoc="{escape(page_of(self))}"></iframe>'


def make_picture(explorer: Explorer, plan: Plan, paint: Coloring | Scale, *, is_dark: bool = False) -> Picture:
    """Make a picture of an explorer's map."""
    manifest, trust = explorer.manifest, explorer.trust(explorer.project(plan))
    facts = f"{len(explorer.posts):,} posts · {manifest.model} · trustworthiness {trust.trustworthiness:.2f}"
    coordinates, names = explorer.project(plan).coordinates, explorer.place_names(plan)
    return Picture(f"{manifest.corpus} by {plan.title}", facts, explorer.posts, coordinates, paint, names, is_dark)


def require_drawer(path: Path) -> Callable[[Picture, BinaryIO], None]:
    """Return what writes pictures to such a path, so that another can be refused before any work."""
    return require_choice(path, DRAWERS, "A map")


def _page(picture: Picture, file: BinaryIO) -> None:
    from explorer.map_page import page_of

    file.write(page_of(picture).encode())


def _png(picture: Picture, file: BinaryIO) -> None:
    from explorer.charts import draw_map

    draw_map(picture, file, "png")


def _svg(picture: Picture, file: BinaryIO) -> None:
    from explorer.charts import draw_map

    draw_map(picture, file, "svg")


DRAWERS: dict[str, Callable[[Picture, BinaryIO], None]] = {".html": _page, ".png": _png, ".svg": _svg}
