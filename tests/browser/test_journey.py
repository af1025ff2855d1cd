"""The whole page in a real browser, on the bundled sample: ask, read, click, re-cluster, project."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from sklearn.neighbors import NearestNeighbors

from explorer.app import Address, launch
from explorer.app.explore_layout import EXAMPLES
from explorer.app.page import build_broken_page
from explorer.app.screen import N_NEIGHBORS
from explorer.app.view import N_RESULTS
from explorer.explorer import Explorer
from explorer.projection import METHODS, pca
from explorer.surroundings import Surroundings
from ingest.errors import BrokenStoreError
from tests.browser.page_driver import CONTACTED, SECONDS, ask, click_point, place_of

QUESTION = "blurry telescope fixed with corrective optics"
ANSWER = "train/sci.space/03"


def loneliest_point(explorer: Explorer) -> int:
    """Return the index of the point that no other can be taken for."""
    distances, _ = NearestNeighbors(n_neighbors=2).fit(explorer.project().coordinates).kneighbors()
    return int(distances[:, 0].argmax())


def test_the_first_screen_shows_every_post_before_anything_is_typed(journey: Page, explorer: Explorer) -> None:
    legend = journey.locator("#map .legend")

    expect(legend).to_contain_text("sci.space")
    expect(journey.locator("#map .surface")).to_have_attribute("aria-label", re.compile(f"{len(explorer.posts)}"))


def test_a_question_finds_what_was_said_in_other_words(journey: Page, explorer: Explorer) -> None:
    ask(journey, QUESTION)

    results = journey.locator("#results .post")
    expect(results).to_have_count(N_RESULTS)
    similarities = [float(text) for text in journey.locator("#results .similarity").all_text_contents()]
    assert similarities == sorted(similarities, reverse=True)
    assert ANSWER in [results.nth(rank).get_attribute("data-id") for rank in range(5)]


def test_an_example_is_asked_by_a_click(journey: Page) -> None:
    journey.get_by_role("button", name=EXAMPLES[0]).click()

    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)
    expect(journey.get_by_label("Question", exact=True)).to_have_value(EXAMPLES[0])


def test_a_result_opens_in_the_reader_with_its_neighbors(journey: Page, explorer: Explorer) -> None:
    ask(journey, QUESTION)

    journey.locator(f"#results .post[data-id='{ANSWER}']").click()

    post = explorer.post(ANSWER)
    expect(journey.locator("#reader h2")).to_have_text(post.subject)
    expect(journey.locator("#reader h2")).to_be_in_viewport()
    expect(journey.locator("#reader .text")).to_contain_text(post.text.strip().splitlines()[-1])
    expect(journey.locator("#reader .neighbors .post")).to_have_count(N_NEIGHBORS)
    expect(journey.locator("#results [aria-current=true]")).to_have_attribute("data-id", ANSWER)


def test_a_neighbor_opens_in_the_reader(journey: Page, explorer: Explorer) -> None:
    ask(journey, QUESTION)
    journey.locator(f"#results .post[data-id='{ANSWER}']").click()
    nearest = journey.locator("#reader .neighbors .post").first
    neighbor = explorer.post(nearest.get_attribute("data-id") or "")

    nearest.click()

    expect(journey.locator("#reader .facts code")).to_have_text(neighbor.id)


def test_a_click_on_a_point_opens_its_post(journey: Page, explorer: Explorer) -> None:
    index = loneliest_point(explorer)

    click_point(journey, index)

    expect(journey.locator("#reader .facts code")).to_have_text(explorer.post_ids[index])


def test_clustering_again_recolors_the_map_and_lists_the_clusters(journey: Page, explorer: Explorer) -> None:
    before = place_of(journey, 0)
    journey.get_by_role("spinbutton").fill("7")
    journey.get_by_role("spinbutton").press("Enter")

    journey.get_by_role("button", name="Cluster", exact=True).click()

    rows = journey.locator("#clusters tbody tr")
    expect(rows).to_have_count(7, timeout=30 * SECONDS)
    sizes = [int(rows.nth(row).locator("td").nth(1).inner_text()) for row in range(7)]
    assert sum(sizes) == len(explorer.posts)
    expect(journey.locator("#map .legend li")).to_have_count(7)
    expect(journey.get_by_label("Color by")).to_have_value("Cluster")
    assert place_of(journey, 0) == before


def test_another_projection_moves_the_points(journey: Page) -> None:
    before = place_of(journey, 0)

    journey.get_by_label("PCA").click()
    expect(journey.locator("#map .message")).to_be_empty()
    journey.wait_for_timeout(1 * SECONDS)

    assert place_of(journey, 0) != before


def test_an_empty_question_takes_the_results_away(journey: Page) -> None:
    ask(journey, QUESTION)
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)

    ask(journey, "   ")

    expect(journey.locator("#results .post")).to_have_count(0)
    expect(journey.locator("#results .none")).to_contain_text("Results appear here")


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_nothing_is_cut_off_sideways(journey: Page, width: int) -> None:
    journey.set_viewport_size({"width": width, "height": 844})
    journey.get_by_role("button", name=EXAMPLES[0]).click()
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)

    assert journey.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_page_turns_dark_and_light_again(journey: Page) -> None:
    ink = "getComputedStyle(document.querySelector('#question textarea, #question input')).color"
    before = journey.evaluate(ink)

    journey.get_by_role("button", name="Light / dark").click()
    journey.wait_for_function(f"before => {ink} !== before", arg=before)
    journey.get_by_role("button", name="Light / dark").click()

    journey.wait_for_function(f"before => {ink} === before", arg=before)


def test_neither_page_nor_process_talks_to_another_host(journey: Page) -> None:
    journey.get_by_role("button", name=EXAMPLES[1]).click()
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)

    assert {"127.0.0.1", "localhost"} >= CONTACTED


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, store: Path) -> Iterator[threading.Event]:
    """Put a projection in t-SNE's place that is computed when the test lets it."""
    gate = threading.Event()

    def wait_then_project(surroundings: Surroundings, *_: object) -> NDArray[np.float32]:
        assert gate.wait(60)
        return -pca(surroundings)

    for earlier in (store / "derived").glob("projection-tsne-*"):
        earlier.unlink()
    monkeypatch.setitem(METHODS, "tsne", replace(METHODS["tsne"], project=wait_then_project))
    yield gate
    gate.set()


def test_a_projection_that_takes_long_is_told_while_another_stands_there(journey: Page, gate: threading.Event) -> None:
    journey.get_by_label("t-SNE").click()

    message = journey.locator("#map .message")
    expect(message).to_contain_text("Computing t-SNE of 340 posts")
    expect(message).to_contain_text("1 s")
    gate.set()
    expect(message).to_be_empty()


def test_a_late_projection_does_not_replace_a_newer_choice(journey: Page, gate: threading.Event) -> None:
    journey.get_by_label("t-SNE").click()
    expect(journey.locator("#map .message")).to_contain_text("Computing t-SNE")

    journey.get_by_label("PCA").click()
    expect(journey.locator("#map .message")).to_be_empty()
    chosen = place_of(journey, 0)
    gate.set()
    journey.wait_for_timeout(1 * SECONDS)

    assert place_of(journey, 0) == chosen


def test_clustering_while_a_projection_is_computed_keeps_its_colors(journey: Page, gate: threading.Event) -> None:
    journey.get_by_label("t-SNE").click()
    expect(journey.locator("#map .message")).to_contain_text("Computing t-SNE")

    journey.get_by_role("button", name="Cluster", exact=True).click()
    expect(journey.locator("#clusters tbody tr")).to_have_count(20, timeout=30 * SECONDS)
    expect(journey.locator("#map .message")).to_contain_text("Computing t-SNE")
    gate.set()
    expect(journey.locator("#map .message")).to_be_empty()

    expect(journey.locator("#map .legend h2")).to_have_text("Cluster of 20")


def test_an_empty_question_leaves_what_is_going_on(journey: Page, gate: threading.Event) -> None:
    journey.get_by_label("t-SNE").click()
    expect(journey.locator("#map .message")).to_contain_text("Computing t-SNE")

    ask(journey, "")

    expect(journey.locator("#results .none")).to_contain_text("Results appear here")
    expect(journey.locator("#map .message")).to_contain_text("Computing t-SNE")


def test_of_two_quick_choices_the_second_is_read(journey: Page, explorer: Explorer) -> None:
    ask(journey, QUESTION)
    results = journey.locator("#results .post")
    expect(results).to_have_count(N_RESULTS)

    results.nth(0).click()
    results.nth(1).click()

    expect(journey.locator("#reader .facts code")).to_have_text(results.nth(1).get_attribute("data-id") or "")


def test_half_a_cluster_is_refused_by_a_message(journey: Page) -> None:
    journey.get_by_role("spinbutton").fill("2.5")

    journey.get_by_role("button", name="Cluster", exact=True).click()

    expect(journey.get_by_role("alert")).to_contain_text("k must be a whole number")
    expect(journey.get_by_role("button", name="Cluster", exact=True)).to_be_enabled()


def test_a_broken_store_gets_a_page_that_says_so(page: Page) -> None:
    app = build_broken_page(BrokenStoreError("Chroma cannot open its files: move that folder away."))
    page.goto(launch(app, Address()))

    expect(page.get_by_role("alert")).to_contain_text("Chroma cannot open its files")
    app.close(verbose=False)
