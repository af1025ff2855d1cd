"""What the map component shows while Python answers, and after it has left the page, in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import gradio as gr
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer.point_map import Coloring, Message, Near, Part, Shown, map_update, point_map
from tests.browser.map_page import N_POSTS, RISING, MapPage, OpenMap, describe, grid_points, halves, opener, thirds

# A slow browser may show the second of two answers alone.
EITHER_GROUP, EITHER_LEAST = re.compile(r"answered \[0(, 1)?\]"), re.compile(r"answered 0\.0[12]")
ANSWER_SECONDS = 0.3
NOTE_WHAT_RUNS = """
  window.running = new Set();
  const { setInterval: start, clearInterval: stop } = window;
  window.setInterval = (...given) => { const id = start(...given); running.add(id); return id; };
  window.clearInterval = (id) => { running.delete(id); stop(id); };
  for (const name of ["ResizeObserver", "MutationObserver"]) {
    window[name] = class extends window[name] {
      observe(target, options) {
        super.observe(target, options);
        if (target.className === "stage" || options?.attributeFilter?.[0] === "class") running.add(this);
      }
      disconnect() { running.delete(this); super.disconnect(); }
    };
  }"""


@pytest.fixture
def open_map(serve: Callable[[gr.Blocks], str], page: Page) -> OpenMap:
    return opener(serve, page)


@pytest.fixture
def open_answering(serve: Callable[[gr.Blocks], str], page: Page) -> Callable[[str, Callable[..., Part]], MapPage]:
    """Return a function that opens a map one of whose events is answered, after a while, with a part and a message."""

    def open_app(event: str, answer: Callable[..., Part]) -> MapPage:
        def respond(event: gr.EventData) -> object:
            time.sleep(ANSWER_SECONDS)
            said = next(iter(event._data.values()))
            return map_update(answer(said), Message(f"answered {said}"))

        app = gr.Blocks()
        with app:
            the_map = point_map(grid_points(), thirds(), Near(RISING), describe=describe)
            getattr(the_map, event)(respond, None, the_map, show_progress="hidden", trigger_mode="multiple")
        page.goto(serve(app))
        page.wait_for_selector(".surface[data-ready=true]")
        return MapPage(page)

    return open_app


OpenAnswering = Callable[[str, Callable[..., Part]], MapPage]


def recolored(codes: list[int]) -> Coloring:
    return Coloring("place", thirds().codes, thirds().names, ["#b41878", "#5490d8", "#246c48"], codes)


@pytest.mark.parametrize("answer", [thirds, recolored])
def test_who_presses_the_legend_stays_on_the_entry(
    open_answering: OpenAnswering, answer: Callable[..., Coloring]
) -> None:
    the_map = open_answering("input", answer)
    the_map.legend("middle").press("Enter")
    expect(the_map.message).to_have_text("answered [1]")
    expect(the_map.legend("middle")).to_be_focused()
    expect(the_map.legend("middle")).to_have_attribute("aria-pressed", "true")


def test_an_answer_to_one_press_does_not_take_back_the_next(open_answering: OpenAnswering) -> None:
    the_map = open_answering("input", thirds)
    the_map.legend("west").click()
    the_map.legend("middle").click()
    expect(the_map.message).to_have_text(EITHER_GROUP)
    the_map.legend("east").click()
    expect(the_map.message).to_have_text("answered [0, 1, 2]")
    expect(the_map.page.locator(".legend [aria-pressed=true]")).to_have_count(3)


def test_an_answer_does_not_pull_the_slider_back(open_answering: OpenAnswering) -> None:
    the_map = open_answering("release", lambda least: Near(RISING, least=least))
    slider = the_map.page.get_by_role("slider")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    expect(the_map.message).to_have_text(EITHER_LEAST)
    slider.press("ArrowRight")
    expect(the_map.message).to_have_text("answered 0.03")
    expect(slider).to_have_value("0.03")


def test_python_may_refuse_what_was_pressed(open_answering: OpenAnswering) -> None:
    the_map = open_answering("input", lambda codes: thirds(chosen=codes[:1]))
    the_map.legend("west").click()
    the_map.legend("middle").click()
    expect(the_map.message).to_have_text("answered [0, 1]")
    expect(the_map.page.locator(".legend [aria-pressed=true] .name")).to_have_text(["west"])


@pytest.mark.parametrize(("key", "n_pressed"), [("posts", 1), ("others", 0)])
def test_what_was_chosen_outlasts_points_that_move_but_not_other_rows(
    open_map: OpenMap, key: str, n_pressed: int
) -> None:
    the_map = open_map(Near(RISING), answer=lambda: map_update(grid_points(20, key), Message("moved")))
    the_map.legend("middle").click()
    the_map.page.mouse.click(*the_map.place_of(155))
    the_map.page.get_by_role("slider").fill("0.4")
    the_map.update()
    expect(the_map.message).to_have_text("moved")
    expect(the_map.page.locator(".legend [aria-pressed=true]")).to_have_count(n_pressed)
    expect(the_map.page.get_by_role("slider")).to_have_value("0.4" if n_pressed else "0")
    expect(the_map.button("Clear the selection")).to_be_enabled(enabled=n_pressed == 1)


def test_a_cursor_leaves_a_post_that_is_filtered_out(open_map: OpenMap) -> None:
    the_map = open_map(answer=lambda: map_update(Shown(np.arange(N_POSTS) < 100)))
    the_map.surface.press("Enter")
    expect(the_map.tooltip).to_be_visible()
    the_map.button("Update").evaluate("button => button.click()")
    expect(the_map.tooltip).to_be_hidden()
    the_map.surface.press("Enter")
    expect(the_map.tooltip.locator("em")).to_have_text("label of 94")


def test_a_map_that_has_left_the_page_watches_nothing(serve: Callable[[gr.Blocks], str], page: Page) -> None:
    def lay_out(is_there: bool) -> None:
        if is_there:
            point_map(grid_points(), halves(), Message("Computing …"), describe=describe)

    app = gr.Blocks()
    with app:
        is_there = gr.Checkbox(value=True, label="Shown")
        gr.render(inputs=is_there)(lay_out)

    page.add_init_script(NOTE_WHAT_RUNS)
    page.goto(serve(app))
    page.wait_for_selector(".surface[data-ready=true]")
    assert page.evaluate("running.size") == 3
    page.get_by_role("checkbox").click()
    page.wait_for_selector(".surface", state="detached")
    page.wait_for_function("running.size === 0", timeout=3_000)
