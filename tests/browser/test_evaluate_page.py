"""The page that evaluates clusters, in a real browser: what it shows, and the ways from it to the posts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_driver import SECONDS, chips_of


@pytest.fixture
def evaluating(page: Page, address: str) -> Page:
    """The page, opened at the evaluation of 12 clusters."""
    page.goto(f"{address}?tab=evaluate&k=12")
    expect(page.locator("#evaluation .matrix")).to_be_visible(timeout=60 * SECONDS)
    return page


def columns_of(page: Page) -> list[str]:
    return page.locator("#evaluation .matrix th.column").all_inner_texts()


def test_it_is_opened_from_the_map_and_the_address_says_so(journey: Page) -> None:
    journey.get_by_role("tab", name="Evaluate").click()

    expect(journey.locator("#evaluation .explanation").first).to_have_text(
        "20 clusters of 340 posts against 20 newsgroups."
    )
    journey.wait_for_function("location.search.includes('tab=evaluate')")


def test_every_cluster_is_a_column_and_every_newsgroup_a_row(evaluating: Page) -> None:
    assert sorted(map(int, columns_of(evaluating))) == list(range(12))
    expect(evaluating.locator("#evaluation .matrix tbody tr")).to_have_count(20)
    expect(evaluating.locator("#evaluation .majorities tbody tr")).to_have_count(20)


def test_the_cells_of_a_row_are_all_its_posts(evaluating: Page) -> None:
    counts = evaluating.locator("#evaluation .matrix tbody tr").first.locator(".cell").all_inner_texts()

    assert sum(int(count) for count in counts if count) == 17


def test_another_k_is_evaluated(evaluating: Page) -> None:
    evaluating.get_by_label("number input for Number of clusters").fill("5")
    evaluating.get_by_role("button", name="Evaluate", exact=True).click()

    expect(evaluating.locator("#evaluation .matrix th.column")).to_have_count(5)
    evaluating.wait_for_function("location.search.includes('k=5')")


def test_super_groups_take_the_place_of_newsgroups(evaluating: Page) -> None:
    evaluating.get_by_label("Super-groups").check()

    expect(evaluating.locator("#evaluation .matrix th.row")).to_have_text(
        ["comp", "misc.forsale", "rec", "religion", "sci", "talk.politics"]
    )


def test_a_cell_leads_to_its_posts_on_the_map(evaluating: Page) -> None:
    row = evaluating.locator("#evaluation .matrix tbody tr", has_text="sci.med")
    cell = row.locator(".cell", has_text="1").first
    count, column = cell.inner_text(), row.locator(".cell").all_inner_texts().index(cell.inner_text())
    cluster = columns_of(evaluating)[column]
    cell.click()

    expect(evaluating.locator("#map .surface[data-ready=true]")).to_be_visible(timeout=60 * SECONDS)
    expect(evaluating.locator("#chips .count")).to_have_text(f"{count} of 340 posts")
    newsgroup, chosen = (chip.split("\n")[0] for chip in chips_of(evaluating))
    assert (newsgroup, chosen.split(":")[0]) == ("newsgroup: sci.med", f"cluster {cluster} of 12")
    evaluating.go_back()
    expect(evaluating.locator("#evaluation .matrix")).to_be_visible()


def test_cells_are_reached_by_keyboard(evaluating: Page) -> None:
    cells = evaluating.locator("#evaluation .matrix tbody tr").nth(1).locator(".cell")
    evaluating.locator("#evaluation .matrix .cell[tabindex='0']").focus()
    evaluating.keyboard.press("ArrowDown")
    evaluating.keyboard.press("ArrowRight")

    expect(cells.nth(1)).to_be_focused()
    evaluating.keyboard.press("Enter")
    expect(evaluating.get_by_role("tab", name="Explore")).to_have_attribute("aria-selected", "true")
