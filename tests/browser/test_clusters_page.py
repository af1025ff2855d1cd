"""Choosing clusters in a real browser: the method, of which posts, and which k, with the chart that helps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_driver import SECONDS, chips_of, open_page


@pytest.fixture
def compared(page: Page, address: str) -> Page:
    """The page with numbers of clusters compared."""
    open_page(page, address)
    page.get_by_role("button", name="Which k?").click()
    expect(page.locator("#sweep .reason")).not_to_be_empty(timeout=60 * SECONDS)
    return page


def choose_method(page: Page, title: str) -> None:
    page.get_by_label("Method", exact=True).click()
    page.get_by_role("option", name=title, exact=True).click()


def test_a_method_that_finds_k_itself_leaves_posts_out(journey: Page) -> None:
    choose_method(journey, "HDBSCAN")
    expect(journey.locator("#k input[type=range]")).to_be_disabled()
    journey.get_by_role("button", name="Cluster", exact=True).click()

    expect(journey.locator("#map .legend h2")).to_have_text("Cluster by HDBSCAN", timeout=30 * SECONDS)
    none = journey.locator("#map .legend li [data-code='-1']")
    n_none = none.locator(".count").inner_text()
    expect(journey.locator("#clusters .unclustered")).to_have_text(f"{n_none} posts are noise.")
    none.click()
    expect(journey.locator("#chips .count")).to_have_text(f"{n_none} of 340 posts")
    assert [chip.split("\n")[0] for chip in chips_of(journey)] == ["clusters by HDBSCAN: noise"]


def test_a_link_clusters_the_posts_that_were_shown(page: Page, address: str) -> None:
    open_page(page, f"{address}?newsgroup=sci.space&newsgroup=sci.med&k=2")
    page.get_by_role("button", name="Cluster shown").click()
    expect(page.locator("#clusters .unclustered")).to_have_text("306 posts are not clustered.", timeout=30 * SECONDS)
    page.wait_for_function("location.search.includes('of=')")
    rows = page.locator("#clusters tbody tr").all_inner_texts()

    open_page(page, page.url)

    expect(page.locator("#clusters tbody tr")).to_have_count(2, timeout=30 * SECONDS)
    assert page.locator("#clusters tbody tr").all_inner_texts() == rows
    expect(page.locator("#map .legend h2")).to_have_text("Cluster of 2 in sci.space, sci.med")


def test_a_chosen_cluster_is_called_by_its_name(page: Page, address: str) -> None:
    open_page(page, f"{address}?color=cluster&k=7")
    page.locator("#clusters tbody tr").nth(2).click()
    name = page.locator("#map .legend li [data-code='2'] .name").inner_text()

    expect(page.locator("#chips li .label")).to_have_text(f"cluster 2 of 7: {name}")


def test_every_measure_has_a_chart_with_a_point_for_each_k(compared: Page) -> None:
    titles = compared.locator("#sweep figcaption").all_inner_texts()

    assert [title.split("\n")[0] for title in titles] == ["Silhouette", "Stability", "Adjusted Rand index"]
    expect(compared.locator("#sweep svg circle")).to_have_count(3 * 9)
    expect(compared.locator("#sweep .progress")).to_have_text("9 numbers of clusters of 340 posts")
    expect(compared.locator("#sweep svg circle.best")).to_have_count(3)


def test_pointing_at_a_k_tells_its_figures_and_a_click_clusters_with_it(compared: Page) -> None:
    column = compared.locator("#sweep figure").first.locator(".column[data-k='8']")
    column.hover()
    for figure in compared.locator("#sweep figcaption .figure").all():
        expect(figure).to_contain_text("at k = 8")
    column.click()

    expect(compared.locator("#clusters tbody tr")).to_have_count(8, timeout=30 * SECONDS)
    expect(compared.get_by_label("number input for Clusters (k)")).to_have_value("8")
    expect(compared.locator("#sweep svg circle.chosen")).to_have_count(3)


def test_every_k_is_in_the_table_and_chosen_there_by_keyboard(compared: Page) -> None:
    compared.locator("#sweep summary").focus()
    compared.keyboard.press("Enter")
    expect(compared.locator("#sweep tbody tr")).to_have_count(9)
    compared.get_by_role("button", name="Cluster with k = 5").press("Enter")

    expect(compared.locator("#clusters tbody tr")).to_have_count(5, timeout=30 * SECONDS)
    expect(compared.get_by_role("button", name="Cluster with k = 5")).to_be_focused()


def test_it_is_closed_and_there_at_once_when_it_is_opened_again(compared: Page) -> None:
    reason = compared.locator("#sweep .reason").inner_text()
    compared.get_by_role("button", name="Close “Which k?”").click()
    expect(compared.locator("#sweep .sweep")).to_be_hidden()
    compared.get_by_role("button", name="Which k?", exact=True).click()

    expect(compared.locator("#sweep .reason")).to_have_text(reason, timeout=5 * SECONDS)
