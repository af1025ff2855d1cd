"""A Gradio app around one map, and what its tests ask of the page."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import gradio as gr
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from explorer.point_map import Coloring, Description, Part, Points, map_update, point_map

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> ${alert(3)} {{value}} ` \u202etxet"
N_POSTS = 300
SETTLING = 50  # milliseconds
EVENTS = ("select", "apply", "clear", "input", "release")
Answer = Callable[[], object]
RISING = np.linspace(0, 1, N_POSTS, dtype=np.float32)


def grid_points(height: int = 10, key: str = "posts") -> Points:
    """Place post i at (i // height, i % height), so that each third of the posts is one region."""
    indices = np.arange(N_POSTS)
    return Points(np.stack([indices // height, indices % height], axis=1).astype(np.float32), key)


def thirds(chosen: Sequence[int] = ()) -> Coloring:
    codes = np.repeat(np.arange(3, dtype=np.int32), 100)
    return Coloring("newsgroup", codes, ["west", "middle", "east"], ["#5490d8", "#c02400", "#246c48"], chosen)


def describe(key: str, indices: list[int]) -> list[Description]:
    return [{"title": HOSTILE, "label": f"label of {index}", "text": f"text of {index}, {key}"} for index in indices]


def halves() -> Coloring:
    codes = np.repeat(np.array([0, -1], dtype=np.int32), 150)
    return Coloring("cluster", codes, ["first half"], ["#b41878"])


def build_app(*parts: Part, answer: Answer = map_update, describe: Any = describe) -> gr.Blocks:
    """Lay out a map, a box that tells its last event, and a button that updates the map."""
    app = gr.Blocks()
    with app:
        the_map = point_map(*parts, describe=describe)
        told = gr.Textbox(label="Told")
        for name in EVENTS:
            getattr(the_map, name)(teller(name), None, told, show_progress="hidden", trigger_mode="multiple")
        gr.Button("Update").click(answer, None, the_map, show_progress="hidden")
    return app


def opener(serve: Callable[[gr.Blocks], str], page: Page, plain: str = "") -> OpenMap:
    """Return a function that opens an app around a map of the grid and its thirds, and of whatever it is given.

    ``plain`` is where one is served that is given nothing.
    """

    def open_map(*parts: Part, **options: Any) -> MapPage:
        is_plain = plain and not parts and not options
        page.goto(plain if is_plain else serve(build_app(grid_points(), thirds(), *parts, **options)))
        page.wait_for_selector(".surface[data-ready]", state="attached")
        the_map = MapPage(page)
        the_map.rest()
        return the_map

    return open_map


def teller(name: str) -> Callable[[gr.EventData], str]:
    def tell(event: gr.EventData) -> str:
        return json.dumps([name, event._data])

    return tell


@dataclass(frozen=True)
class MapPage:
    """The map in a browser."""

    page: Page

    @property
    def surface(self) -> Locator:
        return self.page.locator(".surface")

    @property
    def tooltip(self) -> Locator:
        return self.page.locator(".tooltip")

    @property
    def message(self) -> Locator:
        return self.page.locator(".message")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def legend(self, name: str) -> Locator:
        return self.page.locator(".legend li button").filter(has_text=name)

    def update(self) -> None:
        self.button("Update").click()

    def hover(self, index: int) -> None:
        """Move the pointer onto a post, in two steps: the page may have settled a little after the first."""
        x, y = self.place_of(index)
        self.page.mouse.move(x + 1, y)
        self.page.wait_for_timeout(SETTLING)
        self.page.mouse.move(*self.place_of(index))

    def place_of(self, index: int) -> tuple[float, float]:
        """Return where a post stands in the window."""
        place = self.surface.evaluate("(surface, index) => surface.pointAt(index)", index)
        return place["x"], place["y"]

    def drag(self, *places: tuple[float, float], steps: int = 4) -> None:
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=steps)
        self.page.mouse.up()

    def zoom(self) -> float:
        self.rest()
        return float(self.surface.get_attribute("data-zoom") or "nan")

    def rest(self) -> None:
        """Wait until what was asked for has been drawn."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def names(self) -> list[dict[str, Any]]:
        """Return the names on the map: their texts, and the boxes that they fill."""
        self.rest()
        return list(self.surface.evaluate("surface => surface.drawnNames()"))

    def told(self, name: str) -> Any:
        """Wait for Python to have been told of an event, and return its data."""
        box = self.page.get_by_label("Told")
        expect(box).to_have_value(starting_with(name))
        told = json.loads(box.input_value())
        return told[1]

    def is_told_nothing(self) -> None:
        self.page.wait_for_timeout(150)
        expect(self.page.get_by_label("Told")).to_have_value("")

    def pixels(self, canvas: str) -> NDArray[np.uint8]:
        """Return a canvas, ``ground`` or ``surface``, as an array of shape (height, width, 4)."""
        self.rest()
        url = self.page.locator(f".{canvas}").evaluate("canvas => canvas.toDataURL()")
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGBA"))

    def color_at(self, x: float, y: float, canvas: str = "ground") -> list[int]:
        """Return a pixel's red, green, blue and opacity at a place in the window."""
        box = self.surface.bounding_box()
        assert box is not None
        return [int(channel) for channel in self.pixels(canvas)[round(y - box["y"]), round(x - box["x"])]]

    def ink(self) -> int:
        """Count the pixels of the surface, which holds names and marks, that are not transparent."""
        return int((self.pixels("surface")[..., 3] > 0).sum())


def starting_with(name: str) -> Any:
    return re.compile(rf'^\["{name}"')


OpenMap: TypeAlias = Callable[..., MapPage]
