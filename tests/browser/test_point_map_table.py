"""What the map component tells in words, in a real browser: tooltips, messages, and the table of its points."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import gradio as gr
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from explorer.point_map import Coloring, Description, Marks, Message, Near, Points, Shown, map_update
from tests.browser.map_page import HOSTILE, N_POSTS, RISING, OpenMap, describe, grid_points, halves, opener, thirds

FRAME_SECONDS = 0.05  # and more: Gradio's page forgets the first of two updates within one


@pytest.fixture
def open_map(serve: Callable[[gr.Blocks], str], page: Page, plain_map: str) -> OpenMap:
    return opener(serve, page, plain_map)


# ---- texts


def test_hover_shows_a_post_as_text(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.hover(155)
    expect(the_map.tooltip.locator("strong")).to_have_text(HOSTILE)
    expect(the_map.tooltip.locator("em")).to_have_text("label of 155")
    expect(the_map.tooltip.locator("span")).to_have_text("text of 155, posts")
    assert the_map.tooltip.evaluate("tooltip => tooltip.querySelectorAll('script, img').length") == 0


def test_a_long_text_is_cut_before_it_is_sent(open_map: OpenMap) -> None:
    def endless(key: str, indices: list[int]) -> list[Description]:
        return [{"title": "x" * 10_000_000, "label": "", "text": "y" * 10_000_000} for _ in indices]

    the_map = open_map(describe=endless)
    the_map.hover(155)
    expect(the_map.tooltip.locator("strong")).to_have_text("x" * 300)


def test_each_text_is_asked_for_once(open_map: OpenMap) -> None:
    asked: list[int] = []

    def counting(key: str, indices: list[int]) -> list[Description]:
        asked.extend(indices)
        return describe(key, indices)

    the_map = open_map(describe=counting)
    for index in (155, 205, 155):
        the_map.hover(index)
        expect(the_map.tooltip.locator("em")).to_have_text(f"label of {index}")
        expect(the_map.tooltip).to_be_visible()
    assert asked == [155, 205]


def test_an_answer_that_comes_too_late_is_not_shown(open_map: OpenMap) -> None:
    def slow_for_155(key: str, indices: list[int]) -> list[Description]:
        time.sleep(0.3 if 155 in indices else 0)
        return describe(key, indices)

    the_map = open_map(describe=slow_for_155)
    the_map.hover(155)
    the_map.page.wait_for_timeout(60)
    the_map.hover(205)
    the_map.page.wait_for_timeout(400)
    expect(the_map.tooltip.locator("em")).to_have_text("label of 205")


# ---- what goes wrong, and the table


def test_updates_of_different_frames_all_arrive(open_map: OpenMap) -> None:
    nothing = Points(np.zeros((0, 2), dtype=np.float32))

    def answer() -> object:
        yield map_update(Message("computing"))
        time.sleep(FRAME_SECONDS)
        yield map_update(grid_points())
        time.sleep(FRAME_SECONDS)
        yield map_update(halves())
        time.sleep(FRAME_SECONDS)
        yield map_update(Message("done"))

    the_map = open_map(nothing, Message("Waiting for 300 posts"), answer=answer)
    expect(the_map.message).to_have_text("Waiting for 300 posts")
    the_map.update()
    expect(the_map.message).to_have_text("done")
    expect(the_map.surface).to_have_attribute("data-drawn", "300")
    expect(the_map.page.locator(".legend h2")).to_have_text("cluster")


def test_posts_in_no_group_are_called_what_they_are(open_map: OpenMap, page: Page) -> None:
    the_map = open_map(grid_points(), replace(halves(), rest="noise"))
    expect(page.locator(".legend li").last).to_contain_text("noise")
    the_map.button("Table").click()
    the_map.button("Next 100").click()
    expect(page.locator("tbody tr").nth(50).locator("td").first).to_have_text("noise")


def test_parts_that_do_not_fit_are_said_so(open_map: OpenMap) -> None:
    three = Coloring("cluster", np.zeros(3, dtype=np.int32), ["all"], ["#b41878"])
    the_map = open_map(answer=lambda: map_update(three))
    the_map.update()
    expect(the_map.message).to_have_text("The coloring is of 3 posts, the map of 300.")
    expect(the_map.surface).to_have_attribute("data-drawn", "300")


def test_a_mark_off_the_map_is_said_so(open_map: OpenMap) -> None:
    the_map = open_map(answer=lambda: map_update(Marks(hits=[5, 300])))
    the_map.update()
    expect(the_map.message).to_have_text("Post 300 is marked; the map has 300 posts.")


def test_data_that_cannot_be_decoded_is_said_so(open_map: OpenMap) -> None:
    points = grid_points().props()["points"]
    broken = {**points, "coordinates": {**points["coordinates"], "type": "float128"}}
    the_map = open_map(answer=lambda: gr.update(points=broken))
    the_map.update()
    expect(the_map.message).to_have_text("This cannot be drawn: there are no arrays of type float128.")


@pytest.mark.parametrize("broken", ["HTMLCanvasElement", "OffscreenCanvas"])
def test_where_nothing_can_be_drawn_a_table_of_the_posts_stands(page: Page, open_map: OpenMap, broken: str) -> None:
    page.add_init_script(f"{broken}.prototype.getContext = () => null")
    the_map = open_map()
    expect(the_map.message).to_have_text(
        "The map cannot be drawn: this browser gives no canvas to draw on. Its points stand in this table."
    )
    expect(page.locator(".table-range")).to_have_text("Posts 1 to 100 of 300, and 200 more")
    expect(page.locator("tbody tr").nth(42).locator("th")).to_have_text(HOSTILE)
    expect(page.locator("tbody tr").nth(42).locator("td")).to_have_text(["west", "4.00", "2.00"])


def test_beside_the_table_of_a_failed_map_nothing_is_covered(page: Page, open_map: OpenMap) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    the_map = open_map(Near(RISING, least=0.5))
    boxes = [page.locator(part).bounding_box() for part in (".message", ".near", ".table-range", ".table .scroll")]
    edges = [(box["y"], box["y"] + box["height"]) for box in boxes if box]
    assert len(edges) == 4
    assert all(bottom <= top for (_, bottom), (top, _) in pairwise(edges))
    page.get_by_role("slider").press("End")
    assert the_map.told("release") == {"least": 1}
    expect(page.locator(".table-range")).to_have_text("Posts 1 to 1 of 1")


def test_the_table_shows_a_hundred_posts_at_a_time(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Table").click()
    expect(the_map.button("Previous 100")).to_be_disabled()
    the_map.button("Next 100").click()
    expect(the_map.page.locator(".table-range")).to_have_text("Posts 101 to 200 of 300, and 100 more")
    the_map.button("Next 100").click()
    expect(the_map.page.locator(".table-range")).to_have_text("Posts 201 to 300 of 300")
    expect(the_map.button("Next 100")).to_be_disabled()
    expect(the_map.page.locator("tbody tr").last.locator("td")).to_have_text(["east", "29.00", "9.00"])


def test_the_table_lists_what_passes_the_filters(open_map: OpenMap) -> None:
    the_map = open_map(thirds(chosen=[2]), Shown(np.arange(N_POSTS) >= 290))
    the_map.button("Table").click()
    expect(the_map.page.locator(".table-range")).to_have_text("Posts 1 to 10 of 10")
    the_map.legend("west").click()
    expect(the_map.page.locator(".table-range")).to_have_text("Posts 1 to 10 of 10")
    the_map.legend("east").click()
    expect(the_map.page.locator(".table-range")).to_have_text("No posts")
    the_map.button("Back to the map").click()
    expect(the_map.page.locator(".table")).to_be_hidden()


def test_an_answer_for_rows_that_are_gone_names_no_others(open_map: OpenMap) -> None:
    def slow_for_west(key: str, indices: list[int]) -> list[Description]:
        time.sleep(0.3 if 0 in indices else 0)
        return [{"title": f"post {index}", "label": "", "text": ""} for index in indices]

    the_map = open_map(describe=slow_for_west)
    the_map.button("Table").click()
    the_map.legend("east").click()
    first = the_map.page.locator("tbody tr").first
    expect(first.locator("th")).to_have_text("post 200")
    the_map.page.wait_for_timeout(400)
    expect(first.locator("th")).to_have_text("post 200")
    expect(first.locator("td").first).to_have_text("east")


def test_rows_keep_their_names_however_many_have_been_read(open_map: OpenMap) -> None:
    places = np.stack([np.arange(5_200), np.arange(5_200)], axis=1).astype(np.float32)
    the_map = open_map(Points(places), Coloring("", np.zeros(5_200, dtype=np.int32), ["all"], ["#b41878"]))
    the_map.button("Table").click()
    the_map.button("Next 100").evaluate("button => { for (let page = 0; page < 50; page++) button.click(); }")
    expect(the_map.page.locator("tbody th").first).to_have_text(HOSTILE)
    the_map.button("Previous 100").click()
    expect(the_map.page.locator(".table-range")).to_have_text("Posts 4,901 to 5,000 of 5,200, and 200 more")
    expect(the_map.page.locator("tbody th").first).to_have_text(HOSTILE)


def test_the_keyboard_enters_the_table_and_leaves_it(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Table").press("Enter")
    expect(the_map.page.get_by_label("Table of points")).to_be_focused()
    assert the_map.page.locator(".surface, .tools, .zoom, .near").evaluate_all("all => all.every(one => one.inert)")
    the_map.page.keyboard.press("Escape")
    expect(the_map.page.locator(".table")).to_be_hidden()
    expect(the_map.button("Table")).to_be_focused()


def test_a_long_title_leaves_room_for_the_posts(open_map: OpenMap) -> None:
    codes = thirds().codes
    the_map = open_map(Coloring("title " * 200, codes, ["name " * 200] * 3, thirds().colors))
    the_map.button("Table").click()
    post, title = (the_map.page.locator(part).bounding_box() for part in ("thead th:first-child", ".legend h2"))
    assert post is not None
    assert title is not None
    assert post["width"] > 300
    assert title["height"] < 60


def test_a_post_is_selected_from_the_table(open_map: OpenMap) -> None:
    the_map = open_map()
    the_map.button("Table").click()
    the_map.page.locator("tbody tr").nth(7).get_by_role("button").click()
    assert the_map.told("select") == {"index": 7}


@pytest.mark.parametrize("shown", ["map", "table", "dark map"])
def test_axe_finds_nothing_to_object_to(open_map: OpenMap, shown: str) -> None:
    the_map = open_map(thirds(chosen=[1]), Near(RISING), Marks(selected=155), Message("Computing …"))
    if shown == "table":
        the_map.button("Table").click()
    if shown == "dark map":
        the_map.page.evaluate("document.body.classList.add('dark')")
    report = Axe().run(the_map.page, ".point-map")
    assert report.violations_count == 0, report.generate_report()
