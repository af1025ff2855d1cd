"""What the map component does with pointers, fingers and keys, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer.point_map import Marks, Near
from tests.browser.map_page import N_POSTS, RISING, MapPage, OpenMap, grid_points, opener


@pytest.fixture
def open_map(serve: Callable[[gr.Blocks], str], page: Page, plain_map: str) -> OpenMap:
    return opener(serve, page, plain_map)


def inside(polygon: list[list[float]]) -> set[int]:
    """Return the posts of the grid whose coordinates a box-like polygon encloses."""
    (left, bottom), (right, top) = np.min(polygon, axis=0), np.max(polygon, axis=0)
    x, y = grid_points().coordinates.T
    return set(np.flatnonzero((x > left) & (x < right) & (y > bottom) & (y < top)).tolist())


def around(the_map: MapPage, first: int, last: int) -> list[tuple[float, float]]:
    """Return the corners of a box, in the window, that holds the posts between two opposite ones."""
    (left, bottom), (right, top) = the_map.place_of(first), the_map.place_of(last)
    return [(left - 8, bottom + 8), (right + 8, bottom + 8), (right + 8, top - 8), (left - 8, top - 8)]


SQUARE = {0, 1, 2, 10, 11, 12, 20, 21, 22}


# ---- pointers


def test_hover_far_from_every_post_shows_nothing(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.hover(155)
    expect(the_map.tooltip).to_be_visible()
    x, y = the_map.place_of(0)
    the_map.page.mouse.move(x, y + 60)
    expect(the_map.tooltip).to_be_hidden()


def test_a_click_reaches_python(open_map: OpenMap) -> None:
    the_map = open_map()
    before = the_map.ink()
    the_map.page.mouse.click(*the_map.place_of(222))
    assert the_map.told("select") == {"index": 222}
    assert the_map.ink() > before


def test_a_drag_moves_the_map_and_selects_nothing(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.surface.press("+")
    x, y = the_map.place_of(155)
    the_map.drag((x, y), (x + 40, y - 30))
    assert the_map.place_of(155) == pytest.approx((x + 40, y - 30), abs=1)
    the_map.is_told_nothing()


def test_the_wheel_zooms_about_the_cursor(open_map: OpenMap) -> None:
    the_map = open_map()
    place = the_map.place_of(205)
    the_map.page.mouse.move(*place)
    the_map.page.mouse.wheel(0, -300)
    the_map.page.wait_for_timeout(100)
    assert the_map.zoom() > 1.5
    assert the_map.place_of(205) == pytest.approx(place, abs=1)


@pytest.mark.parametrize("reset", ["button", "double click"])
def test_reset_fits_the_view(open_map: OpenMap, reset: str) -> None:
    the_map = open_map()
    the_map.button("Zoom in").click()
    assert the_map.zoom() > 1
    if reset == "button":
        the_map.button("Reset").click()
    else:
        the_map.surface.dblclick(position={"x": 20, "y": 200})
    assert the_map.zoom() == 1


def test_the_zoom_buttons_undo_each_other(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Zoom in").click()
    the_map.button("Zoom in").click()
    the_map.button("Zoom out").click()
    assert the_map.zoom() == pytest.approx(1.5)


# ---- selecting an area


@pytest.mark.parametrize("tool", ["Select with a lasso", "Select with a box"])
def test_an_area_is_selected(open_map: OpenMap, tool: str) -> None:
    the_map = open_map()
    the_map.button(tool).click()
    expect(the_map.button(tool)).to_have_attribute("aria-pressed", "true")
    expect(the_map.button("Move the map")).to_have_attribute("aria-pressed", "false")
    corners = around(the_map, 0, 22)
    the_map.drag(*(corners if "lasso" in tool else corners[::2]))
    assert inside(the_map.told("apply")["polygon"]) == SQUARE


def test_shift_and_drag_draws_a_lasso(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.page.keyboard.down("Shift")
    the_map.drag(*around(the_map, 0, 22))
    the_map.page.keyboard.up("Shift")
    assert inside(the_map.told("apply")["polygon"]) == SQUARE


def test_the_lasso_shows_while_it_is_drawn(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Select with a lasso").click()
    before = the_map.ink()
    the_map.page.mouse.move(*the_map.place_of(0))
    the_map.page.mouse.down()
    for index in (9, 99):
        the_map.page.mouse.move(*the_map.place_of(index), steps=4)
    assert the_map.ink() > before + 100
    the_map.is_told_nothing()
    the_map.page.mouse.up()
    the_map.told("apply")


def test_a_winding_lasso_is_simplified(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Select with a lasso").click()
    x, y = the_map.place_of(150)
    turns = np.linspace(0, 2 * np.pi, 300)
    reach = 100 + 25 * np.sin(40 * turns)
    the_map.drag(*((x + r * np.cos(turn), y + r * np.sin(turn)) for r, turn in zip(reach, turns, strict=True)), steps=1)
    polygon = the_map.told("apply")["polygon"]
    assert 40 < len(polygon) <= 200


def test_a_click_with_the_lasso_selects_a_post(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Select with a lasso").click()
    the_map.page.mouse.click(*the_map.place_of(222))
    assert the_map.told("select") == {"index": 222}


@pytest.mark.parametrize("way", ["button", "key"])
def test_a_selection_is_cleared(open_map: OpenMap, way: str) -> None:
    the_map = open_map(Marks(selected=155, neighbors=[3]))
    clear = the_map.button("Clear the selection")
    if way == "button":
        clear.click()
    else:
        the_map.surface.press("Escape")
    assert the_map.told("clear") == {}
    expect(clear).to_be_disabled()


def test_with_nothing_selected_nothing_is_cleared(open_map: OpenMap) -> None:
    the_map = open_map()
    expect(the_map.button("Clear the selection")).to_be_disabled()
    the_map.surface.press("Escape")
    the_map.is_told_nothing()


# ---- the legend and the slider


def test_the_legend_filters_at_once_and_tells_python(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.legend("middle").click()
    expect(the_map.legend("middle")).to_have_attribute("aria-pressed", "true")
    assert the_map.told("input") == {"codes": [1], "title": "newsgroup"}
    the_map.hover(55)
    the_map.page.wait_for_timeout(100)
    expect(the_map.tooltip).to_be_hidden()
    the_map.hover(155)
    expect(the_map.tooltip).to_be_visible()


def test_several_groups_can_be_chosen_and_all_let_go(open_map: OpenMap) -> None:
    the_map = open_map()
    for name in ("east", "west"):
        the_map.legend(name).click()
    expect(the_map.page.locator(".legend [aria-pressed=true] .name")).to_have_text(["west", "east"])
    the_map.page.wait_for_function(
        "() => [...document.querySelectorAll('textarea')].some(b => b.value.includes('[0, 2]'))"
    )
    the_map.button("Show all").click()
    expect(the_map.page.locator(".legend [aria-pressed=true]")).to_have_count(0)
    the_map.page.wait_for_function("() => [...document.querySelectorAll('textarea')].some(b => b.value.includes('[]'))")


def test_the_slider_thins_the_map_while_it_is_dragged_and_tells_python_when_let_go(open_map: OpenMap) -> None:
    the_map = open_map(Near(RISING))
    text = the_map.page.locator(".near-text")
    expect(text).to_have_text("however similar · 300 posts")
    box = the_map.page.get_by_role("slider", name="Least similarity").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    the_map.page.mouse.move(box["x"] + 4, y)
    the_map.page.mouse.down()
    the_map.page.mouse.move(box["x"] + box["width"] / 2, y, steps=3)
    expect(text).to_have_text("at least 0.50 similar · 150 posts")
    the_map.is_told_nothing()
    the_map.page.mouse.up()
    assert the_map.told("release") == {"least": 0.5}


def test_the_slider_moves_with_the_keyboard(open_map: OpenMap) -> None:
    the_map = open_map(Near(RISING))
    slider = the_map.page.get_by_role("slider", name="Least similarity")
    slider.press("ArrowRight")
    assert the_map.told("release") == {"least": 0.01}
    expect(slider).to_have_attribute("aria-valuetext", "at least 0.01 similar, 297 posts")


# ---- fingers


def touch(page: Page, *steps: tuple[str, list[tuple[float, float]]]) -> None:
    session = page.context.new_cdp_session(page)
    for kind, places in steps:
        fingers = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def test_two_fingers_zoom(open_map: OpenMap) -> None:
    the_map = open_map()
    x, y = the_map.place_of(155)
    apart = [[(x - reach, y), (x + reach, y)] for reach in (30, 45, 60)]
    touch(the_map.page, ("touchStart", apart[0]), ("touchMove", apart[1]), ("touchMove", apart[2]), ("touchEnd", []))
    assert the_map.zoom() == pytest.approx(2, rel=0.05)
    assert the_map.place_of(155) == pytest.approx((x, y), abs=3)
    the_map.is_told_nothing()


def test_a_finger_draws_a_lasso(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Select with a lasso").click()
    first, *others = around(the_map, 0, 22)
    moves = [("touchMove", [place]) for place in others]
    touch(the_map.page, ("touchStart", [first]), *moves, ("touchEnd", []))
    assert inside(the_map.told("apply")["polygon"]) == SQUARE


def test_a_second_finger_turns_a_lasso_into_zooming(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Select with a lasso").click()
    x, y = the_map.place_of(155)
    apart = [[(x - reach, y), (x + reach, y)] for reach in (30, 45, 60)]
    moves = [("touchMove", places) for places in apart[1:]]
    touch(the_map.page, ("touchStart", apart[0][:1]), ("touchStart", apart[0]), *moves, ("touchEnd", []))
    assert the_map.zoom() > 1.5
    the_map.is_told_nothing()


def test_a_tap_selects(open_map: OpenMap) -> None:
    the_map = open_map()
    x, y = the_map.place_of(222)
    # In one go: on a busy machine two events would be so far apart that they were a long press.
    tap = {"x": x, "y": y, "duration": 50}
    the_map.page.context.new_cdp_session(the_map.page).send("Input.synthesizeTapGesture", tap)
    assert the_map.told("select") == {"index": 222}


# ---- keys


def test_keys_zoom_move_and_reset(open_map: OpenMap) -> None:
    the_map = open_map()
    for key in ("+", "+"):
        the_map.surface.press(key)
    assert the_map.zoom() == pytest.approx(2.25)
    the_map.surface.press("-")
    assert the_map.zoom() == pytest.approx(1.5)
    before = the_map.place_of(155)
    the_map.surface.press("ArrowLeft")
    assert the_map.place_of(155)[0] > before[0]
    the_map.surface.press("0")
    assert the_map.zoom() == 1


def test_enter_picks_the_post_in_the_middle_and_arrows_the_next(open_map: OpenMap) -> None:
    the_map = open_map()
    announced = the_map.page.locator(".announced")
    the_map.surface.press("Enter")
    expect(the_map.tooltip.locator("em")).to_have_text("label of 144")
    expect(announced).to_contain_text("label of 144")
    for key, index in (("ArrowRight", 154), ("ArrowUp", 155), ("ArrowLeft", 145), ("ArrowDown", 144)):
        the_map.surface.press(key)
        expect(announced).to_contain_text(f"label of {index}")
    the_map.surface.press("ArrowRight")
    the_map.surface.press("Enter")
    assert the_map.told("select") == {"index": 154}


def test_escape_leaves_the_picked_post_before_it_clears(open_map: OpenMap) -> None:
    the_map = open_map(Marks(selected=155))
    the_map.surface.press("Enter")
    expect(the_map.tooltip).to_be_visible()
    the_map.surface.press("Escape")
    expect(the_map.tooltip).to_be_hidden()
    expect(the_map.button("Clear the selection")).to_be_enabled()
    the_map.surface.press("Escape")
    assert the_map.told("clear") == {}


def test_b_selects_what_is_in_view(open_map: OpenMap) -> None:
    the_map = open_map()
    for _ in range(4):
        the_map.surface.press("+")
    the_map.surface.press("b")
    box = the_map.surface.bounding_box()
    assert box is not None
    in_view = {
        index
        for index in range(N_POSTS)
        if box["x"] < the_map.place_of(index)[0] < box["x"] + box["width"]
        and box["y"] < the_map.place_of(index)[1] < box["y"] + box["height"]
    }
    assert inside(the_map.told("apply")["polygon"]) == in_view
    assert 0 < len(in_view) < N_POSTS


def test_the_keys_are_told_to_who_uses_the_keyboard(open_map: OpenMap) -> None:
    the_map = open_map()
    help_line = the_map.page.locator(".keys")
    expect(help_line).to_be_hidden()
    the_map.page.keyboard.press("Tab")
    the_map.surface.focus()
    expect(help_line).to_be_visible()


def test_what_lies_under_a_resting_pointer_is_shown_again_after_a_filter(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.legend("middle").focus()
    the_map.hover(155)
    expect(the_map.tooltip).to_be_visible()
    the_map.page.keyboard.press("Enter")
    expect(the_map.legend("middle")).to_have_attribute("aria-pressed", "true")
    expect(the_map.tooltip).to_be_visible()
    the_map.page.keyboard.press("Enter")
    the_map.legend("east").press("Enter")
    expect(the_map.tooltip).to_be_hidden()
