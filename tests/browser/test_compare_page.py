"""The page that compares, in a real browser: what it shows of one model, and the way from an overlap to its posts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_driver import SECONDS, chips_of


@pytest.fixture
def comparing(page: Page, address: str) -> Page:
    """The page, opened at the comparison of 12 clusters with 6."""
    page.goto(f"{address}?tab=compare&k=12")
    expect(page.locator("#comparison .matrix")).to_be_visible(timeout=60 * SECONDS)
    return page


def test_a_row_is_a_cluster_of_this_and_a_column_one_of_the_other(comparing: Page) -> None:
    expect(comparing.locator("#comparison .matrix tbody tr")).to_have_count(12)
    expect(comparing.locator("#comparison .matrix th.column")).to_have_count(6)
    expect(comparing.locator("#comparison .figures .measured", has_text="V-measure (= NMI)")).to_have_count(1)


def test_an_overlap_leads_to_its_posts_on_the_map(comparing: Page) -> None:
    cell = comparing.locator("#comparison .matrix .cell", has_text="1").first
    count = cell.inner_text()
    cell.click()

    expect(comparing.locator("#chips .count")).to_have_text(f"{count} of 340 posts", timeout=60 * SECONDS)
    assert [chip.split(",")[0].split(" of ")[1] for chip in chips_of(comparing)] == ["12", "6"]


def test_questions_are_embedded_when_that_is_asked_for(comparing: Page) -> None:
    comparing.get_by_role("button", name="Embed 200 texts and measure").click(timeout=60 * SECONDS)

    expect(comparing.locator("#queries .hint")).to_contain_text("200 questions.", timeout=60 * SECONDS)
    expect(comparing.locator("#queries .hint")).to_contain_text("no task types")
