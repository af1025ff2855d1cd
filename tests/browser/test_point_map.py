"""What the map component draws, in a real browser, inside a real Gradio app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from explorer.point_map import (
    Coloring,
    Marks,
    Message,
    Names,
    Near,
    Pin,
    Points,
    Region,
    Scale,
    Shown,
    answering,
    map_update,
)
from tests.browser.map_page import N_POSTS, RISING, MapPage, OpenMap, describe, grid_points, halves, opener, thirds

BASELINES = Path(__file__).with_name("baselines")


@pytest.fixture
def open_map(serve: Callable[[gr.Blocks], str], page: Page, plain_map: str) -> OpenMap:
    return opener(serve, page, plain_map)


# ---- points


def test_every_post_is_drawn(open_map: OpenMap) -> None:
    the_map = open_map()
    expect(the_map.surface).to_have_attribute("data-drawn", "300")
    expect(the_map.surface).to_have_accessible_name(
        "Map of 300 posts, colored by newsgroup (3 groups). Plus and minus zoom, 0 shows all, arrows move. "
        "Enter picks points, b selects what is in view, Escape clears."
    )


def test_points_have_their_groups_colors(open_map: OpenMap) -> None:
    the_map = open_map()
    colors = [the_map.color_at(*the_map.place_of(index))[:3] for index in (0, 150, 299)]
    assert [int(np.argmax(color)) for color in colors] == [2, 0, 1]


@pytest.mark.parametrize("canvas", ["ground", "surface"])
def test_the_drawing_is_the_one_that_was_approved(open_map: OpenMap, canvas: str) -> None:
    no_names = Coloring("", thirds().codes, ["", "", ""], thirds().colors)
    marks = Marks(selected=155, neighbors=[104, 157, 268])
    the_map = open_map(no_names, marks, Region([(2, 1), (9, 3), (6, 8)]), Shown(thirds().codes < 2))
    baseline = BASELINES / f"point_map_{canvas}.png"
    drawn = the_map.pixels(canvas)
    if not baseline.exists():
        Image.fromarray(drawn).save(baseline)
        pytest.fail(f"{baseline} was not there: look at what was drawn, and keep it")
    approved = np.asarray(Image.open(baseline).convert("RGBA"))
    assert approved.shape == drawn.shape
    inked = (approved != approved[0, 0]).any(axis=-1).sum()
    different = (np.abs(approved.astype(int) - drawn.astype(int)) > 40).any(axis=-1).sum()
    assert different < 0.02 * inked


def test_the_map_follows_the_theme(open_map: OpenMap) -> None:
    the_map = open_map()
    assert the_map.pixels("ground")[1, 1].tolist() == [255, 255, 255, 255]
    the_map.page.evaluate("document.body.classList.add('dark')")
    assert the_map.pixels("ground")[1, 1, :3].max() < 64
    the_map.page.evaluate("document.body.classList.remove('dark')")
    assert the_map.pixels("ground")[1, 1].tolist() == [255, 255, 255, 255]


def test_another_projection_moves_the_points_and_fits_the_view(open_map: OpenMap) -> None:
    the_map = open_map(answer=lambda: map_update(grid_points(height=20), Message("moved")))
    the_map.surface.press("+")
    before = the_map.place_of(0)
    the_map.update()
    expect(the_map.message).to_have_text("moved")
    expect(the_map.surface).to_have_attribute("data-zoom", "1.000")
    the_map.page.wait_for_selector(".surface[data-ready=true]")
    assert the_map.place_of(0) != pytest.approx(before, abs=20)


def test_other_rows_do_not_move_but_stand_where_they_belong(open_map: OpenMap) -> None:
    the_map = open_map(answer=lambda: map_update(grid_points(height=20, key="others")))
    assert "false" not in states_after(the_map, the_map.update)


def states_after(the_map: MapPage, act: Callable[[], None]) -> list[str]:
    """Return whether the map was ready in each of the frames that were drawn."""
    the_map.page.evaluate(
        """() => { window.states = []; const surface = document.querySelector(".surface");
          new MutationObserver(() => states.push(surface.dataset.ready)).observe(surface, { attributes: true }); }"""
    )
    act()
    the_map.page.wait_for_function("() => states.length > 0")
    return list(the_map.page.evaluate("states"))


def test_who_wants_less_motion_sees_none(page: Page, open_map: OpenMap) -> None:
    page.emulate_media(reduced_motion="reduce")
    the_map = open_map(answer=lambda: map_update(grid_points(height=20)))
    states = states_after(the_map, the_map.update)
    assert "false" not in states


def test_a_resize_keeps_every_post_on_the_map(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.page.set_viewport_size({"width": 390, "height": 844})
    the_map.page.wait_for_timeout(200)
    surface, legend = the_map.surface.bounding_box(), the_map.page.locator(".legend").bounding_box()
    assert surface is not None
    assert legend is not None
    assert the_map.surface.evaluate("surface => surface.width / devicePixelRatio") == surface["width"]
    left, right = the_map.place_of(0)[0], the_map.place_of(299)[0]
    assert surface["x"] < left < right < surface["x"] + surface["width"] <= 390
    assert legend["y"] >= surface["y"] + surface["height"]
    expect(the_map.surface).to_have_attribute("data-drawn", "300")


def test_on_a_sharper_screen_the_map_is_drawn_as_sharp(open_map: OpenMap) -> None:
    the_map = open_map()
    screen = {"width": 1440, "height": 900, "deviceScaleFactor": 2, "mobile": False}
    the_map.page.context.new_cdp_session(the_map.page).send("Emulation.setDeviceMetricsOverride", screen)
    the_map.hover(155)
    the_map.rest()
    assert the_map.page.locator(".ground").evaluate("ground => ground.width / ground.clientWidth") == 2


# ---- colorings


def test_recoloring_keeps_view_and_points(open_map: OpenMap) -> None:
    the_map = open_map(answer=lambda: map_update(halves()))
    the_map.surface.press("+")
    zoom, place = the_map.zoom(), the_map.place_of(160)
    the_map.update()
    expect(the_map.page.locator(".legend h2")).to_have_text("cluster")
    expect(the_map.page.locator(".legend li")).to_have_text(["first half150", "none150"])
    assert (the_map.zoom(), the_map.place_of(160)) == (zoom, place)
    assert zoom > 1


def test_a_scale_darkens_from_low_to_high_and_leaves_what_has_no_value_gray(open_map: OpenMap) -> None:
    values = np.where(np.arange(N_POSTS) == 5, np.nan, 0.2 + 0.6 * RISING).astype(np.float32)
    the_map = open_map(Scale("similarity", values))
    low, middle, high, none = (the_map.color_at(*the_map.place_of(index))[:3] for index in (0, 150, 299, 5))
    assert sum(low) > sum(middle) > sum(high)
    assert max(none) - min(none) < 40
    expect(the_map.page.locator(".legend h2")).to_have_text("similarity")
    expect(the_map.page.locator(".ticks span")).to_have_text(["0.20", "0.50", "0.80"])


def test_a_group_pressed_in_python_is_pressed_in_the_legend(open_map: OpenMap) -> None:
    the_map = open_map(thirds(chosen=[1]))
    expect(the_map.page.locator(".legend [aria-pressed=true] .name")).to_have_text("middle")


def test_python_has_the_last_word_on_what_is_pressed(open_map: OpenMap) -> None:
    the_map = open_map(answer=lambda: map_update(thirds()))
    the_map.legend("middle").click()
    expect(the_map.legend("middle")).to_have_attribute("aria-pressed", "true")
    the_map.update()
    expect(the_map.legend("middle")).to_have_attribute("aria-pressed", "false")


def test_posts_that_do_not_pass_the_filters_are_faint_and_cannot_be_hovered(open_map: OpenMap) -> None:
    the_map = open_map(Shown(thirds().codes == 1))
    shown, hidden = (the_map.color_at(*the_map.place_of(index))[:3] for index in (155, 55))
    assert min(hidden) > min(shown) + 60
    the_map.hover(55)
    the_map.page.wait_for_timeout(100)
    expect(the_map.tooltip).to_be_hidden()
    the_map.hover(155)
    expect(the_map.tooltip).to_be_visible()


# ---- names


def names_in_rows() -> Names:
    places = np.array([[3 * k + 1, 3.5 + k % 2] for k in range(10)], dtype=np.float32)
    return Names([f"name {k}" for k in range(10)], places, [1 + k % 2 for k in range(10)])


def test_finer_names_appear_as_one_zooms_in(open_map: OpenMap) -> None:
    the_map = open_map(names_in_rows())
    assert {name["text"] for name in the_map.names()} == {"west", "middle", "east"}
    the_map.surface.press("+")
    the_map.surface.press("+")
    levels = {int(name["text"][-1]) % 2 for name in the_map.names() if name["text"].startswith("name")}
    assert levels == {0}
    for _ in range(2):
        the_map.surface.press("+")
    levels = {int(name["text"][-1]) % 2 for name in the_map.names() if name["text"].startswith("name")}
    assert 1 in levels


def test_names_neither_overlap_nor_are_cut_off(open_map: OpenMap) -> None:
    places = np.array([[k % 30, k // 30] for k in range(0, 300, 2)], dtype=np.float32)
    the_map = open_map(Names([f"a rather long name {k}" for k in range(150)], places, [1] * 150))
    the_map.surface.press("+")
    the_map.surface.press("+")
    names, box = the_map.names(), the_map.surface.bounding_box()
    assert box is not None
    assert len(names) > 10
    for at, one in enumerate(names):
        assert min(one["left"], one["top"]) >= 0
        assert one["right"] <= box["width"] + 1
        assert one["bottom"] <= box["height"] + 1
        assert not any(crosses(one, other) for other in names[at + 1 :])


def crosses(one: dict[str, float], other: dict[str, float]) -> bool:
    across = one["left"] < other["right"] and other["left"] < one["right"]
    return across and one["top"] < other["bottom"] and other["top"] < one["bottom"]


def test_a_name_that_turns_the_direction_of_writing_is_drawn_without_its_controls(open_map: OpenMap) -> None:
    coloring = Coloring("group", np.zeros(N_POSTS, dtype=np.int32), ["ab\u202ecd\u0007"], ["#b41878"])
    the_map = open_map(coloring)
    assert [name["text"] for name in the_map.names()] == ["ab cd"]


def test_no_name_stands_under_a_slider_that_comes_later(open_map: OpenMap) -> None:
    places = Points(grid_points().coordinates * np.array([1, 2], dtype=np.float32))
    corner = Coloring("group", np.where(np.arange(N_POSTS) == 0, 0, -1).astype(np.int32), ["corner"], ["#b41878"])
    the_map = open_map(places, corner, answer=lambda: map_update(Near(RISING)))
    assert [name["text"] for name in the_map.names()] == ["corner"]
    the_map.update()
    expect(the_map.page.get_by_role("slider")).to_be_visible()
    assert the_map.names() == []


# ---- marks


def test_marks_are_drawn_without_sending_points(open_map: OpenMap) -> None:
    marks = Marks(hits=[10, 150, 290], selected=150, neighbors=[151, 152])
    the_map = open_map(answer=lambda: map_update(marks))
    before = the_map.ink()
    the_map.update()
    expect(the_map.button("Clear the selection")).to_be_enabled()
    assert the_map.ink() > before
    expect(the_map.surface).to_have_attribute("data-drawn", "300")


def test_the_pin_stands_where_the_question_lands(open_map: OpenMap) -> None:
    the_map = open_map(Pin(15, 5, "why?"))
    x, y = the_map.place_of(155)
    needle = the_map.color_at(x - 5, y - 16, "surface")
    assert needle[3] == 255
    assert max(needle[:3]) - min(needle[:3]) > 60


def test_the_text_of_the_pin_is_not_under_the_tools(page: Page, open_map: OpenMap) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    places = np.stack([np.arange(N_POSTS) % 10, np.arange(N_POSTS) % 10], axis=1).astype(np.float32)
    the_map = open_map(Points(places), Pin(9, 9, "where does this land?"))
    x, y = the_map.place_of(9)
    assert the_map.color_at(x - 40, y + 12, "surface")[3] == 255


def test_the_pin_is_taken_off(open_map: OpenMap) -> None:
    the_map = open_map(Pin(15, 5, "why?"), answer=lambda: map_update(Pin()))
    before = the_map.ink()
    the_map.update()
    the_map.page.wait_for_timeout(300)
    assert the_map.ink() < before - 300


def test_what_python_has_lassoed_is_outlined(open_map: OpenMap) -> None:
    the_map = open_map(answer=lambda: map_update(Region([(1, 1), (8, 1), (8, 8), (1, 8)])))
    x, y = the_map.place_of(45)
    assert the_map.color_at(x, y, "surface")[3] == 0
    the_map.update()
    expect(the_map.button("Clear the selection")).to_be_enabled()
    assert the_map.color_at(x, y, "surface")[3] > 0


# ---- near


def test_the_slider_counts_what_is_near(open_map: OpenMap) -> None:
    the_map = open_map(Near(RISING, least=0.5))
    expect(the_map.page.locator(".near-text")).to_have_text("at least 0.50 similar · 150 posts")
    the_map.hover(55)
    the_map.page.wait_for_timeout(100)
    expect(the_map.tooltip).to_be_hidden()


def test_what_lies_beyond_the_slider_is_told_as_it_is(open_map: OpenMap) -> None:
    the_map = open_map(Near(RISING * np.float32(0.5), least=0.8))
    expect(the_map.page.locator(".near-text")).to_have_text("at least 0.80 similar · 0 posts")


def test_without_similarities_there_is_no_slider(open_map: OpenMap) -> None:
    the_map = open_map(Near(RISING), answer=lambda: map_update(Near()))
    expect(the_map.page.get_by_role("slider")).to_be_visible()
    the_map.update()
    expect(the_map.page.get_by_role("slider")).to_be_hidden()


def test_what_is_near_and_what_is_shown_are_counted_together(open_map: OpenMap) -> None:
    similarities = np.where(np.arange(N_POSTS) < 10, np.nan, RISING).astype(np.float32)
    the_map = open_map(
        grid_points(), thirds(chosen=[2]), Shown(np.arange(N_POSTS) % 2 == 0), Near(similarities, least=0.9)
    )
    expect(the_map.page.locator(".near-text")).to_have_text("at least 0.90 similar · 15 posts")


# ---- in Python


def test_points_need_two_coordinates_each() -> None:
    with pytest.raises(ValueError, match=r"shape \(3,\); points need \(n_points, 2\)"):
        Points(np.zeros(3, dtype=np.float32))


def test_coordinates_are_finite() -> None:
    with pytest.raises(ValueError, match="NaN"):
        Points(np.array([[0, np.nan]], dtype=np.float32))


def test_codes_have_names() -> None:
    with pytest.raises(ValueError, match="between -1 and 0"):
        Coloring("cluster", np.array([0, 1], dtype=np.int32), ["only"], ["#b41878"])


@pytest.mark.parametrize(("n_names", "dtype"), [(128, "int8"), (129, "int16"), (32_769, "int32")])
def test_codes_travel_in_the_smallest_integers_that_hold_them(n_names: int, dtype: str) -> None:
    names = [str(k) for k in range(n_names)]
    coloring = Coloring("cluster", np.array([-1, n_names - 1], dtype=np.int32), names, names)
    assert coloring.props()["coloring"]["codes"]["type"] == dtype


@pytest.mark.parametrize("part", [lambda values: Scale("similarity", values), Near])
def test_what_has_no_value_is_not_infinite(part: Callable[[NDArray[np.float32]], object]) -> None:
    with pytest.raises(ValueError, match="infinity"):
        part(np.array([0.5, -np.inf], dtype=np.float32))


@pytest.mark.parametrize(
    "asked",
    [None, "key", ["key"], ["key", None], ["key", "12"], ["key", [None]], ["key", [1e300]], [1, [2]], ["key", [-1]]],
)
def test_what_no_browser_would_ask_has_no_answer(asked: object) -> None:
    assert answering(describe)(asked) == []


def test_few_posts_are_described_at_once() -> None:
    assert len(answering(describe)(["key", list(range(100_000))])) == 200
