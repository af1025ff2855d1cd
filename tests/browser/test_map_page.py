"""The map as a file of its own, opened from the disk: no server, no network, and nothing that a post says is run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.picture import Picture
from explorer.point_map import Coloring
from ingest.posts import Post
from tests.browser.map_page import HOSTILE, MapPage

N_POSTS = 100


def make_picture() -> Picture:
    """Place post i at (i // 10, i % 10), half of them in each of two groups; one column says rocket."""
    groups = ["left", "right"]
    texts = ["a Rocket" if row // 10 == 3 else "</script>" for row in range(N_POSTS)]
    posts = [
        Post(f"train/{row}", groups[row // 50], "train", f"{HOSTILE} {row}", text) for row, text in enumerate(texts)
    ]
    indices = np.arange(N_POSTS, dtype=np.int32)
    places = np.stack([indices // 10, indices % 10], axis=1).astype(np.float32)
    return Picture("map", "100 posts", posts, places, Coloring("side", indices // 50, groups, ["#5490d8", "#c02400"]))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "map.html"
    make_picture().save(path)
    return path


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[MapPage]:
    """The page; a test fails where it asks for anything but itself, reports an error or opens a dialog."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    asked, errors = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(file.as_uri())
    page.wait_for_selector(".surface[data-ready=true]")
    yield MapPage(page)
    page.close()
    assert (asked, errors) == ([file.as_uri()], [])


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Search").fill(text)


def test_hovering_a_point_shows_its_post_as_text(opened: MapPage) -> None:
    opened.hover(17)

    expect(opened.tooltip.locator("strong")).to_contain_text("<script>alert(1)</script>")
    expect(opened.tooltip.locator("em")).to_have_text("left")


def test_a_search_leaves_only_the_posts_that_hold_the_words(opened: MapPage) -> None:
    search(opened.page, "rocket")

    expect(opened.page.locator(".found")).to_have_text("10 of 100 posts")
    opened.hover(17)
    opened.page.wait_for_timeout(100)
    expect(opened.tooltip).to_be_hidden()
    opened.hover(35)
    expect(opened.tooltip.locator("span")).to_have_text("a Rocket")


def test_a_few_that_are_found_are_ringed(opened: MapPage) -> None:
    x, y = opened.place_of(35)
    around = [(x + 6.5, y), (x - 6.5, y), (x, y + 6.5), (x, y - 6.5)]
    before = [opened.color_at(*place, "surface")[3] for place in around]
    search(opened.page, "rocket")

    assert max(before) == 0
    assert min(opened.color_at(*place, "surface")[3] for place in around) > 0


def test_enter_reads_what_is_found_one_after_the_other_and_escape_clears(opened: MapPage) -> None:
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("rocket")
    for _ in range(2):
        opened.page.keyboard.press("Enter")

    expect(opened.page.get_by_role("complementary")).to_contain_text("left · train/31")
    expect(opened.page.locator(".found")).to_have_text("2 of 10 found")
    opened.page.keyboard.press("Escape")
    expect(opened.page.get_by_role("complementary")).to_be_hidden()
    expect(opened.page.locator(".found")).to_be_empty()


def test_a_search_that_is_emptied_shows_all_again(opened: MapPage) -> None:
    search(opened.page, "rocket")
    search(opened.page, "")

    expect(opened.page.locator(".found")).to_be_empty()
    opened.hover(17)
    expect(opened.tooltip).to_be_visible()


def test_the_legend_narrows_to_a_group(opened: MapPage) -> None:
    opened.legend("right").click()
    opened.hover(17)
    opened.page.wait_for_timeout(100)
    expect(opened.tooltip).to_be_hidden()
    opened.hover(77)
    expect(opened.tooltip.locator("em")).to_have_text("right")


def test_a_click_opens_the_post_until_it_is_closed(opened: MapPage) -> None:
    opened.hover(35)
    opened.page.mouse.click(*opened.place_of(35))

    post = opened.page.get_by_role("complementary")
    expect(post).to_contain_text("left · train/35")
    opened.button("Close the post").click()
    expect(post).to_be_hidden()


def test_the_map_zooms_and_follows_the_browsers_theme(opened: MapPage) -> None:
    opened.button("Zoom in").click()
    opened.page.emulate_media(color_scheme="dark")

    assert opened.zoom() > 1
    assert opened.pixels("ground")[2, 2].tolist() == [11, 15, 25, 255]
