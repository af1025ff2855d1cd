"""The map component in a real browser, inside a real Gradio app."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer.app.point_map import Coloring, Marks, Message, Part, Points, map_update, point_map

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> ${alert(3)} {{value}} `"
NAMES = ["west", "middle", "east"]
N_POSTS = 300


def grid_points(height: int = 10) -> Points:
    """Place post i at (i // height, i % height), so that each third of the posts is one region."""
    indices = np.arange(N_POSTS)
    coordinates = np.stack([indices // height, indices % height], axis=1).astype(np.float32)
    ids = [f"train/group/{index}" for index in indices]
    return Points(ids, coordinates, [HOSTILE] * N_POSTS, [f"detail of {index}" for index in indices])


THIRDS = Coloring("newsgroup", np.repeat(np.arange(3, dtype=np.int32), 100), NAMES, ["#5490d8", "#c02400", "#246c48"])
HALVES = Coloring("cluster", np.repeat(np.array([0, -1], dtype=np.int32), 150), ["first half"], ["#b41878"])

Answer = Callable[[], object]


def build_app(*parts: Part, answer: Answer = lambda: map_update()) -> gr.Blocks:
    """Lay out a map, a box with the id of the selected post, and a button that updates the map."""
    app = gr.Blocks()
    with app:
        posts = point_map(*parts)
        selected = gr.Textbox(label="Selected")
        posts.select(select, None, [selected, posts], show_progress="hidden")
        gr.Button("Update").click(answer, None, posts, show_progress="hidden")
    return app


def select(event: gr.EventData) -> tuple[str, object]:
    return f"{event.index}: {event.id}", map_update(Marks(selected=event.index, neighbors=[0, 1]))


@pytest.fixture
def open_map(serve: Callable[[gr.Blocks], str], page: Page) -> Callable[..., None]:
    def open_app(*parts: Part, answer: Answer = lambda: map_update()) -> None:
        page.goto(serve(build_app(*(parts or (grid_points(), THIRDS)), answer=answer)))
        page.wait_for_selector(".surface[data-ready]")

    return open_app


def update(page: Page) -> None:
    page.get_by_role("button", name="Update").click()


def place_of(page: Page, index: int) -> tuple[float, float]:
    place = page.evaluate("index => document.querySelector('.surface').pointAt(index)", index)
    return place["x"], place["y"]


def zoom_of(page: Page) -> float:
    page.wait_for_timeout(50)
    return float(page.locator(".surface").get_attribute("data-zoom") or "nan")


def pixels_with_ink(page: Page) -> int:
    """Count the pixels of the surface, which holds names and marks, that are not transparent."""
    script = """surface => surface.getContext("2d").getImageData(0, 0, surface.width, surface.height)
        .data.filter((value, at) => at % 4 === 3 && value > 0).length"""
    return int(page.locator(".surface").evaluate(script))


def ground_color(page: Page) -> list[int]:
    script = "ground => [...ground.getContext('2d').getImageData(1, 1, 1, 1).data]"
    return list(page.locator(".ground").evaluate(script))


def test_every_post_is_drawn(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    expect(page.locator(".surface")).to_have_attribute("data-drawn", "300")
    expect(page.locator(".surface")).to_have_accessible_name(
        "Map of 300 posts, colored by newsgroup (3 groups). Plus and minus zoom, 0 resets, arrow keys move."
    )


def test_points_have_their_groups_colors(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    channels = page.evaluate(
        """() => {
          const [surface, ground] = [".surface", ".ground"].map((name) => document.querySelector(name));
          const { left, top } = surface.getBoundingClientRect();
          return [0, 150, 299].map((index) => {
            const { x, y } = surface.pointAt(index);
            return [...ground.getContext("2d").getImageData(x - left, y - top, 1, 1).data.slice(0, 3)];
          });
        }"""
    )
    assert [int(np.argmax(color)) for color in channels] == [2, 0, 1]


def test_hover_shows_a_post_as_text(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    page.mouse.move(*place_of(page, 155))
    expect(page.locator(".tooltip strong")).to_have_text(HOSTILE)
    expect(page.locator(".tooltip span")).to_have_text("detail of 155")
    assert page.locator(".tooltip").evaluate("tooltip => tooltip.querySelectorAll('script, img').length") == 0


def test_hover_far_from_every_post_shows_nothing(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    page.mouse.move(*place_of(page, 155))
    expect(page.locator(".tooltip")).to_be_visible()
    x, y = place_of(page, 0)
    page.mouse.move(x, y + 60)
    expect(page.locator(".tooltip")).to_be_hidden()


def test_a_click_reaches_python_and_the_answer_the_map(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    before = pixels_with_ink(page)
    page.mouse.click(*place_of(page, 222))
    expect(page.get_by_label("Selected")).to_have_value("222: train/group/222")
    assert pixels_with_ink(page) > before


def test_a_drag_moves_the_map_and_selects_nothing(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    page.locator(".surface").press("+")
    x, y = place_of(page, 155)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 30, steps=4)
    page.mouse.up()
    assert place_of(page, 155) == pytest.approx((x + 40, y - 30), abs=1)
    expect(page.get_by_label("Selected")).to_have_value("")


def test_recoloring_keeps_view_and_points(page: Page, open_map: Callable[..., None]) -> None:
    open_map(answer=lambda: map_update(HALVES))
    page.locator(".surface").press("+")
    zoom, place = zoom_of(page), place_of(page, 160)
    update(page)
    expect(page.locator(".legend h3")).to_have_text("cluster")
    expect(page.locator(".legend li")).to_have_text(["first half150", "none150"])
    assert (zoom_of(page), place_of(page, 160)) == (zoom, place)
    assert zoom > 1


def test_marks_are_drawn_without_sending_points(page: Page, open_map: Callable[..., None]) -> None:
    marks = Marks(hits=[10, 150, 290], selected=150, neighbors=[151, 152])
    open_map(answer=lambda: map_update(marks))
    before = pixels_with_ink(page)
    update(page)
    page.wait_for_function(
        """before => { const surface = document.querySelector(".surface");
          return surface.getContext("2d").getImageData(0, 0, surface.width, surface.height)
            .data.filter((value, at) => at % 4 === 3 && value > 0).length > before }""",
        arg=before,
    )
    expect(page.locator(".surface")).to_have_attribute("data-drawn", "300")


def test_another_projection_moves_the_points_and_fits_the_view(page: Page, open_map: Callable[..., None]) -> None:
    open_map(answer=lambda: map_update(grid_points(height=20)))
    page.locator(".surface").press("+")
    before = place_of(page, 0)
    update(page)
    page.wait_for_selector(".surface[data-ready=false]")
    page.wait_for_selector(".surface[data-ready=true]")
    assert zoom_of(page) == 1
    assert place_of(page, 0) != pytest.approx(before, abs=20)


def test_updates_in_quick_succession_all_arrive(page: Page, open_map: Callable[..., None]) -> None:
    def answer() -> object:
        yield map_update(Message("computing"))
        yield map_update(grid_points())
        yield map_update(HALVES)
        yield map_update(Message("done"))

    open_map(Message("Waiting for 300 posts"), answer=answer)
    expect(page.locator(".message")).to_have_text("Waiting for 300 posts")
    update(page)
    expect(page.locator(".message")).to_have_text("done")
    expect(page.locator(".surface")).to_have_attribute("data-drawn", "300")
    expect(page.locator(".legend h3")).to_have_text("cluster")


def test_parts_that_do_not_fit_are_said_so(page: Page, open_map: Callable[..., None]) -> None:
    three = Coloring("cluster", np.zeros(3, dtype=np.int32), ["all"], ["#b41878"])
    open_map(answer=lambda: map_update(three))
    update(page)
    expect(page.locator(".message")).to_have_text("The coloring is of 3 posts, the map of 300.")


def test_data_that_cannot_be_decoded_is_said_so(page: Page, open_map: Callable[..., None]) -> None:
    broken = {**grid_points().props()["points"], "titles": "only one"}
    open_map(answer=lambda: gr.update(points=broken))
    update(page)
    expect(page.locator(".message")).to_have_text("This cannot be drawn: 1 titles for 300 points.")


def test_the_legend_shows_only_chosen_groups(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    middle = page.get_by_role("button", name="middle")
    middle.click()
    expect(middle).to_have_attribute("aria-pressed", "true")
    page.mouse.move(*place_of(page, 55))
    expect(page.locator(".tooltip")).to_be_hidden()
    page.mouse.move(*place_of(page, 155))
    expect(page.locator(".tooltip")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(middle).to_have_attribute("aria-pressed", "false")
    page.mouse.move(*place_of(page, 55))
    expect(page.locator(".tooltip")).to_be_visible()


def test_several_groups_can_be_chosen(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    for name in ("west", "east"):
        page.get_by_role("button", name=name).click()
    expect(page.locator(".legend [aria-pressed=true] .name")).to_have_text(["west", "east"])


def test_the_map_follows_the_theme(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    assert ground_color(page) == [255, 255, 255, 255]
    page.evaluate("document.body.classList.add('dark')")
    page.wait_for_timeout(100)
    assert max(ground_color(page)[:3]) < 64
    page.evaluate("document.body.classList.remove('dark')")
    page.wait_for_timeout(100)
    assert ground_color(page) == [255, 255, 255, 255]


def test_keys_zoom_and_reset(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    surface = page.locator(".surface")
    surface.press("+")
    surface.press("+")
    assert zoom_of(page) == pytest.approx(2.25)
    surface.press("-")
    assert zoom_of(page) == pytest.approx(1.5)
    before = place_of(page, 155)
    surface.press("ArrowLeft")
    assert place_of(page, 155)[0] > before[0]
    surface.press("0")
    assert zoom_of(page) == 1


def test_the_wheel_zooms_about_the_cursor(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    place = place_of(page, 205)
    page.mouse.move(*place)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(100)
    assert zoom_of(page) > 1.5
    assert place_of(page, 205) == pytest.approx(place, abs=1)


def test_two_fingers_zoom(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    x, y = place_of(page, 155)
    session = page.context.new_cdp_session(page)
    for kind, reach in (("touchStart", 30), ("touchMove", 45), ("touchMove", 60)):
        fingers = [{"x": x - reach, "y": y, "id": 0}, {"x": x + reach, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert zoom_of(page) == pytest.approx(2, rel=0.05)
    assert place_of(page, 155) == pytest.approx((x, y), abs=3)
    expect(page.get_by_label("Selected")).to_have_value("")


@pytest.mark.parametrize("reset", ["button", "double click"])
def test_reset_fits_the_view(page: Page, open_map: Callable[..., None], reset: str) -> None:
    open_map()
    page.get_by_role("button", name="Zoom in").click()
    assert zoom_of(page) > 1
    if reset == "button":
        page.get_by_role("button", name="Reset").click()
    else:
        page.locator(".surface").dblclick(position={"x": 20, "y": 20})
    assert zoom_of(page) == 1


def test_a_resize_keeps_every_post_on_the_map(page: Page, open_map: Callable[..., None]) -> None:
    open_map()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(200)
    surface, legend = page.locator(".surface").bounding_box(), page.locator(".legend").bounding_box()
    assert surface is not None
    assert legend is not None
    assert page.locator(".surface").evaluate("surface => surface.width / devicePixelRatio") == surface["width"]
    assert surface["x"] < place_of(page, 0)[0] < place_of(page, 299)[0] < surface["x"] + surface["width"] <= 390
    assert legend["y"] >= surface["y"] + surface["height"]
    expect(page.locator(".surface")).to_have_attribute("data-drawn", "300")


def test_points_need_two_coordinates_each() -> None:
    with pytest.raises(ValueError, match=r"shape \(3,\); 1 posts need \(1, 2\)"):
        Points(["a"], np.zeros(3, dtype=np.float32), ["title"], ["detail"])


def test_coordinates_are_finite() -> None:
    with pytest.raises(ValueError, match="NaN"):
        Points(["a"], np.array([[0, np.nan]], dtype=np.float32), ["title"], ["detail"])


def test_codes_have_names() -> None:
    with pytest.raises(ValueError, match="between -1 and 0"):
        Coloring("cluster", np.array([0, 1], dtype=np.int32), ["only"], ["#b41878"])
