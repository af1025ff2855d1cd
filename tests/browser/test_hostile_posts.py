"""Posts are untrusted: whatever they hold is shown as text, in the list, on the map and in the reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
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


def visible(text: str) -> str:
    """Return a text as it is shown: control characters have symbols of their own."""
    return "".join(chr(0x2400 + ord(each)) if ord(each) < 0x20 else each for each in text)


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
    assert found.locator("#reader h2").evaluate("heading => heading.textContent") == visible(hostile.subject)
    assert found.locator("#reader .text :not(span, mark, .part)").count() == 0


def test_newsgroups_are_text_on_the_map_and_in_the_legend(found: Page) -> None:
    expect(found.locator("#map .legend")).to_contain_text("<u>s</u>")
    assert found.locator("#map u").count() == 0


def test_hovering_shows_a_hostile_subject_as_text(found: Page, explorer: Explorer) -> None:
    index = explorer.post_ids.index("train/<i>script</i>")
    place = found.evaluate("index => document.querySelector('#map .surface').pointAt(index)", index)

    found.mouse.move(place["x"], place["y"])

    expect(found.locator("#map .tooltip")).to_be_visible()
    assert found.locator("#map .tooltip script, #map .tooltip img").count() == 0


@pytest.mark.parametrize("tab", ["Selection", "Suspects"])
def test_what_is_said_of_hostile_posts_is_text(found: Page, tab: str) -> None:
    found.locator("#map .legend").get_by_role("button", name="<u>s</u>").click()
    found.get_by_role("tab", name=tab).click()

    pane = found.locator(f"#{tab.lower()}")
    expect(pane.locator(".post, .kind").first).to_be_visible(timeout=30_000)
    assert pane.locator("u, script, img, a").count() == 0
    expect(found.locator("#chips li")).to_contain_text("<u>s</u>")


def test_a_hostile_address_is_only_text(page: Page, address: str) -> None:
    hostile = "%3Cimg+src%3Dx+onerror%3Dalert(1)%3E"
    page.goto(f"{address}?q={hostile}&contains={hostile}&post={hostile}&newsgroup={hostile}&region=umap:{hostile}")

    expect(page.get_by_role("alert")).to_contain_text("is not in the corpus")
    expect(page.get_by_label("Question", exact=True)).to_have_value("<img src=x onerror=alert(1)>")
    expect(page.locator("#chips li")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#chips img, #results img").count() == 0


def test_hostile_posts_are_exported_as_they_are(found: Page, tmp_path: Path, explorer: Explorer) -> None:
    found.locator("#map .legend").get_by_role("button", name="<u>t</u>").click()
    found.get_by_role("tab", name="Selection").click()
    with found.expect_download(timeout=30_000) as download:
        found.locator("#selection").get_by_role("button", name="JSON lines").click(timeout=30_000)

    download.value.save_as(tmp_path / "posts.jsonl")
    table = pd.read_json(tmp_path / "posts.jsonl", lines=True)
    assert list(table["text"]) == [explorer.post("train/<i>template</i>").text]


def test_clusters_of_hostile_posts_are_listed_as_text(found: Page) -> None:
    found.get_by_role("spinbutton").fill("3")
    found.get_by_role("spinbutton").press("Enter")
    found.get_by_role("button", name="Cluster", exact=True).click()

    expect(found.locator("#clusters tbody tr")).to_have_count(3, timeout=30_000)
    expect(found.locator("#clusters")).to_contain_text("<u>")
