"""A collection that this project did not make, as a visitor colors and filters it by its metadata."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from explorer import Explorer
from explorer.app import Address, launch
from explorer.app.field_controls import UNANSWERABLE
from explorer.app.page import build_page
from explorer.app.screen import Screen
from tests.browser.page_driver import chips_of, open_page
from tests.foreign import make_notes


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        with Explorer.open(make_notes(tmp_path_factory.mktemp("notes") / "db")) as explorer:
            explorer.project("pca")
            screen = Screen(explorer)
            app = build_page({screen.key: screen})
            yield launch(app, Address())
            app.close(verbose=False)


def test_a_collection_is_colored_and_filtered_by_its_metadata(page: Page, address: str) -> None:
    open_page(page, f"{address}?map=pca")
    expect(page.locator("#about")).to_contain_text("notes: 6 records of 2 dimensions, l2 space")
    expect(page.get_by_label("Question", exact=True)).to_have_attribute("placeholder", UNANSWERABLE)

    page.get_by_label("Color by").click()
    page.get_by_role("option", name="Topic").click()
    legend = page.locator("#map .legend")
    expect(legend.locator("h2")).to_have_text("Topic")
    legend.get_by_role("button", name="sport").click()
    expect(page.locator("#chips .count")).to_have_text("2 of 5 posts")

    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Metadata").click()
    page.get_by_role("option", name="tags=<img src=x onerror=alert(1)>").click()
    expect(page.locator("#chips .count")).to_have_text("1 of 5 posts")
    assert [chip.split("\n")[0] for chip in chips_of(page)] == ["topic: sport", "tags: <img src=x onerror=alert(1)>"]

    page.get_by_label("Metadata").click()
    page.keyboard.type("author=Ann")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#notice")).to_contain_text("No metadata is filtered by 'author=Ann'")


def test_an_address_keeps_the_field_that_colors_and_what_it_filters(page: Page, address: str) -> None:
    open_page(page, f"{address}?map=pca&color=field%3Adraft&where=year%3D1993&where=author%3DAnn&post=c")

    expect(page.locator("#map .legend h2")).to_have_text("Draft")
    expect(page.locator("#chips .count")).to_have_text("2 of 5 posts")
    expect(page.locator("#reader .facts")).to_contain_text("topic: space")
    expect(page.locator("#notice")).to_contain_text("is left out")


def test_whoever_takes_the_last_filter_off_goes_on_with_the_question(page: Page, address: str) -> None:
    open_page(page, f"{address}?map=pca&where=topic%3Dsport")

    page.get_by_role("button", name="Remove filter topic: sport").press("Enter")

    expect(page.locator("#chips .chip")).to_have_count(0)
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
