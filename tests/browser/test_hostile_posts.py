"""Posts are untrusted: whatever they hold is shown as text, in the list, on the map and in the reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from explorer.app import Address, launch
from explorer.app.page import build_page
from explorer.app.screen import Screen
from explorer.explorer import Explorer
from ingest.embedders.minilm import MiniLMEmbedder
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Silent
from ingest.store import Store

HOSTILE = {
    "script": "<script>alert('script')</script>",
    "handler": "<img src=x onerror=alert('handler')>",
    "link": "<a href='javascript:alert(1)'>javascript:alert(1)</a>",
    "template": "${alert('template')} `${alert('backtick')}`",
    "handlebars": "{{#each value}}{{{this}}}{{/each}} {{value}}",
    "control": "bell\x07 escape\x1b[31m null\x00 end",
    "right-to-left": "\u202egnorw yaw eht\u202c and on",
    "long": "<b>" * 3_000,
}
PLAIN = [f"an ordinary post about gardens, number {number}" for number in range(8)]


def post(name: str, text: str) -> Post:
    return Post(f"train/<i>{name}</i>", f"<u>{name[0]}</u>", "train", text[:200], f"{text}\n\nthe post {name}")


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explorer]:
    path = tmp_path_factory.mktemp("hostile") / "store"
    posts = [post(name, text) for name, text in HOSTILE.items()]
    posts += [post(f"plain-{number}", text) for number, text in enumerate(PLAIN)]
    with Store(path, create=True) as store:
        ingest(Corpus("hostile", "memory", posts), Order(), MiniLMEmbedder(), store, Silent())
    with Explorer.open(path) as explorer:
        yield explorer


@pytest.fixture(scope="module")
def address(explorer: Explorer) -> Iterator[str]:
    screen = Screen(explorer)
    app = build_page({screen.key: screen})
    yield launch(app, Address())
    app.close(verbose=False)


@pytest.fixture
def found(page: Page, address: str, explorer: Explorer) -> Page:
    """The page with all posts in its list of results."""
    page.goto(address)
    page.wait_for_selector("#map .surface[data-ready=true]", timeout=30_000)
    page.get_by_label("Question", exact=True).fill("<script>alert('question')</script> ${alert(1)}")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#results .post")).to_have_count(len(explorer.posts))
    return page


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_post_is_read_as_text(found: Page, explorer: Explorer, name: str) -> None:
    hostile = explorer.post(f"train/<i>{name}</i>")

    found.locator(f'#results .post[data-id="{hostile.id}"]').click()

    expect(found.locator("#reader .facts code")).to_have_text(hostile.id)
    assert found.locator("#reader h2").evaluate("heading => heading.textContent") == hostile.subject
    assert found.locator("#reader .text :not(span)").count() == 0


def test_newsgroups_are_text_on_the_map_and_in_the_legend(found: Page) -> None:
    expect(found.locator("#map .legend")).to_contain_text("<u>s</u>")
    assert found.locator("#map u").count() == 0


def test_hovering_shows_a_hostile_subject_as_text(found: Page, explorer: Explorer) -> None:
    index = explorer.post_ids.index("train/<i>script</i>")
    place = found.evaluate("index => document.querySelector('#map .surface').pointAt(index)", index)

    found.mouse.move(place["x"], place["y"])

    expect(found.locator("#map .tooltip")).to_be_visible()
    assert found.locator("#map .tooltip script, #map .tooltip img").count() == 0


def test_clusters_of_hostile_posts_are_listed_as_text(found: Page) -> None:
    found.get_by_role("spinbutton").fill("3")
    found.get_by_role("spinbutton").press("Enter")
    found.get_by_role("button", name="Cluster", exact=True).click()

    expect(found.locator("#clusters tbody tr")).to_have_count(3, timeout=30_000)
    expect(found.locator("#clusters")).to_contain_text("<u>")
