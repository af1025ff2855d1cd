"""The page for everyone: no violation that axe-core finds, on any tab, light or dark, and all of it by keyboard."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from explorer.app.view import N_RESULTS
from explorer.explorer import Explorer
from tests.browser.page_driver import SECONDS, ask, open_page

FADING = 300  # milliseconds, in which buttons take their colors of the other theme

QUESTION = "blurry telescope fixed with corrective optics"

# One page as it is opened, and one for each tab with as much on it as there can be.
VIEWS = {
    "opened": "",
    "post": "?q=telescope&mode=hybrid&post=train/sci.space/03&newsgroup=sci.space&near=0.1",
    "selection": "?q=telescope&pane=selection&newsgroup=sci.space&color=cluster&k=7",
    "suspects": "?pane=suspects&color=suspect",
    "similarity": "?q=telescope&color=similarity&map=pca",
    "which k": "?color=cluster&by=dbscan&which-k=open",
    "nothing found": "?q=telescope&mode=keywords&newsgroup=rec.autos&contains=nobody+says+this",
}


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong, with the elements it is wrong of."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def violations_in_both_themes(page: Page) -> list[str]:
    """Return what is wrong in the light, and then in the dark."""
    in_the_light = violations(page)
    page.get_by_role("button", name="Light / dark").click()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    page.wait_for_timeout(FADING)
    return [*in_the_light, *violations(page)]


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_violation(page: Page, address: str, view: str) -> None:
    open_page(page, address + VIEWS[view])
    page.wait_for_timeout(1 * SECONDS)

    assert violations_in_both_themes(page) == []


def test_the_evaluation_has_no_violation_either(page: Page, address: str) -> None:
    page.goto(f"{address}?tab=evaluate")
    expect(page.locator("#evaluation .matrix")).to_be_visible(timeout=30 * SECONDS)

    assert violations_in_both_themes(page) == []


def test_the_classification_has_no_violation_either(page: Page, address: str, explorer: Explorer) -> None:
    explorer.classify("network")
    page.goto(f"{address}?tab=classify")
    expect(page.locator("#report .matrix")).to_be_visible(timeout=30 * SECONDS)
    page.get_by_label("Label a text").fill(QUESTION)
    page.get_by_role("button", name="Label", exact=True).click()
    expect(page.locator("#guesses li")).to_have_count(5, timeout=30 * SECONDS)

    assert violations_in_both_themes(page) == []


def test_opened_filters_and_a_phone_have_no_violation_either(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, address + VIEWS["post"])
    page.get_by_role("button", name="Filters").click()

    assert violations(page) == []


def test_a_question_is_asked_and_its_answers_read_by_keyboard_alone(journey: Page) -> None:
    journey.get_by_label("Question", exact=True).focus()
    journey.keyboard.type(QUESTION)
    journey.keyboard.press("Enter")
    results = journey.locator("#results .post")
    expect(results).to_have_count(N_RESULTS)

    results.first.focus()
    journey.keyboard.press("ArrowDown")
    journey.keyboard.press("Enter")

    second = results.nth(1).get_attribute("data-id") or ""
    expect(journey.locator("#reader .facts code")).to_have_text(second)
    journey.keyboard.press("j")
    expect(journey.locator("#reader .facts code")).to_have_text(results.nth(2).get_attribute("data-id") or "")


def test_a_list_that_tab_passes_does_not_stay_open(journey: Page) -> None:
    journey.get_by_label("Color by").focus()
    expect(journey.get_by_role("option")).not_to_have_count(0)

    journey.keyboard.press("Tab")  # to the list of methods
    journey.keyboard.press("Tab")

    expect(journey.get_by_label("number input for Clusters")).to_be_focused()
    expect(journey.get_by_role("option")).to_have_count(0)


def test_a_post_is_chosen_on_the_map_by_keyboard_alone(journey: Page) -> None:
    surface = journey.locator("#map .surface")
    surface.focus()
    surface.press("Enter")
    expect(journey.locator("#map .tooltip")).to_be_visible()
    surface.press("ArrowRight")
    surface.press("Enter")

    expect(journey.locator("#reader .facts code")).to_be_visible()


def test_what_is_in_view_is_selected_by_keyboard_alone(journey: Page) -> None:
    surface = journey.locator("#map .surface")
    surface.focus()
    for _ in range(3):
        surface.press("+")
    surface.press("b")

    expect(journey.locator("#chips li")).to_contain_text("region of the UMAP map")


def test_the_results_are_told_to_who_cannot_see_them(journey: Page) -> None:
    ask(journey, QUESTION)

    expect(journey.locator("#results [role=status]")).to_contain_text(f"{N_RESULTS} of 340 results")


@pytest.mark.parametrize("view", ["post", "selection", "suspects"])
def test_nothing_is_cut_off_sideways_on_a_phone(page: Page, address: str, view: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, address + VIEWS[view])

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_every_control_is_whole_on_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, address)

    for control in page.locator("#top > *, #ask > *, #controls .form > *, #cluster, #k input").all():
        box = control.bounding_box()
        assert box
        assert 0 <= box["x"] < box["x"] + box["width"] <= 390
