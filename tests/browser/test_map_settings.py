"""The map's settings, and how far it can be trusted, as a visitor sees them."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.page_driver import SECONDS, open_page


def test_a_map_drawn_with_other_settings_is_in_the_address_and_among_the_saved(journey: Page) -> None:
    expect(journey.locator("#trust")).to_contain_text("UMAP keeps", timeout=60 * SECONDS)
    journey.get_by_role("button", name="Map settings").click()
    journey.get_by_label("Seed", exact=True).fill("4")
    journey.get_by_role("button", name="Draw map").click()

    saved = journey.locator("#saved .map")
    expect(saved.filter(has_text="seed 4")).to_have_attribute("aria-current", "true", timeout=60 * SECONDS)
    assert "seed=4" in journey.url

    saved.filter(has_text="UMAP").first.click()
    expect(journey.get_by_label("Seed", exact=True)).to_have_value("0")
    journey.wait_for_function("!location.search.includes('seed')")


def test_only_the_settings_of_the_chosen_projection_are_shown(page: Page, address: str) -> None:
    open_page(page, f"{address}?map=pca")
    page.get_by_role("button", name="Map settings").click()

    expect(page.get_by_role("button", name="Draw map")).to_be_hidden()
    expect(page.locator("#n-neighbors")).to_be_hidden()


def test_the_map_is_colored_by_how_badly_posts_are_placed(page: Page, address: str) -> None:
    open_page(page, f"{address}?map=pca&color=placement")

    legend = page.locator("#map .legend")
    expect(legend.locator("h2")).to_have_text("Placement")
    expect(legend.locator(".ticks")).to_have_text(re.compile(r"well placed\s*badly placed"))


def test_what_the_figures_mean_is_told_to_whoever_asks(page: Page, address: str) -> None:
    open_page(page, f"{address}?map=pca")
    expect(page.locator("#trust .meaning")).to_be_hidden()

    page.get_by_role("button", name="What these figures mean").focus()

    expect(page.locator("#trust .meaning")).to_contain_text("1 is perfect")
