"""What tests do on the page, and what they see of it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

SECONDS = 1_000.0  # Playwright counts in milliseconds

# Hosts that this process looked up or connected to; an audit hook cannot be taken out again.
CONTACTED: set[str] = set()


def note_contact(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        CONTACTED.add(str(arguments[0]))
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        CONTACTED.add(str(arguments[1][0]))


def open_page(page: Page, address: str) -> Page:
    """Open the page and wait until the map of the chosen projection is on it."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    page.wait_for_selector("#map .surface[data-ready=true]", timeout=30 * SECONDS)
    expect(page.locator("#map .message")).to_be_empty(timeout=120 * SECONDS)
    return page


def ask(page: Page, question: str) -> None:
    page.get_by_label("Question", exact=True).fill(question)
    page.get_by_role("button", name="Search", exact=True).click()


def place_of(page: Page, index: int) -> dict[str, float]:
    place: dict[str, float] = page.evaluate("index => document.querySelector('#map .surface').pointAt(index)", index)
    return place


def click_point(page: Page, index: int) -> None:
    place = place_of(page, index)
    page.mouse.click(place["x"], place["y"])


def chips_of(page: Page) -> list[str]:
    return page.locator("#chips li").all_inner_texts()


def found(page: Page) -> list[str]:
    """Return the ids of the results, best first."""
    return [post.get_attribute("data-id") or "" for post in page.locator("#results .post").all()]
