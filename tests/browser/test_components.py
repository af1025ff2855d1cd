"""The page's components in a real browser, each alone in a small Gradio app."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import gradio as gr
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize, expect

from explorer.app.components import (
    address,
    chips,
    cluster_table,
    notice,
    post_list,
    reader,
    selection,
    suspects,
)
from explorer.app.theme import make_theme

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> ${alert(3)} {{value}} `"
CONTROLS = "bell\x07 escape\x1b[31m delete\x7f next\x85 end"
AS_SYMBOLS = "bell␇ escape␛[31m delete␡ next� end"
OVERRIDE = "\u202egnorw yaw eht"
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1440, "height": 900}

Row = dict[str, Any]
Make = Callable[[], gr.HTML]
Show = Callable[..., Locator]


def row(number: int, **more: Any) -> Row:
    return {
        "id": f"train/sci.space/{number}",
        "subject": f"Subject {number}",
        "newsgroup": "sci.space",
        "color": "#5490d8",
        "similarity": 0.9 - number / 100,
        "snippet": f"What post {number} says about the telescope",
        "words": [],
        "meaning_rank": None,
        "keywords_rank": None,
        **more,
    }


def rows(n_rows: int) -> list[Row]:
    return [row(number) for number in range(n_rows)]


def post(text: str = "Its optics are blurry.", **more: Any) -> Row:
    described = {"subset": "train", "n_characters": len(text), "truncated": False, "cluster": None}
    around = {"neighbors": rows(3), "previous": None, "next": None}
    return {**row(7, words=["optics"]), **described, **around, "text": text, **more}


def part_of_mix(name: str, share: float) -> Row:
    return {"newsgroup": name, "color": "#c02400", "n_posts": 10, "share": share, "share_of_all": 0.05}


EXPLANATION = {
    "title": "Lassoed region",
    "n_posts": 859,
    "n_all": 18_846,
    "mix": [part_of_mix(f"group.{number}", 0.4 / 2**number) for number in range(10)],
    "terms": ["orbit", "hubble servicing mission"],
    "typical": [row(1, similarity=None)],
    "unusual": [row(2, similarity=None)],
    "duplicates": [{"one": row(3, similarity=None), "other": row(4, similarity=None), "similarity": 0.98}],
}
KINDS = [
    {"kind": "mislabeled", "title": "Mislabeled", "explanation": "Most neighbors are elsewhere.", "count": 1204},
    {"kind": "outlier", "title": "Outliers", "explanation": "Nothing is near them.", "count": 9},
]
SUSPECTS = [row(number, similarity=None, reason="12 of 15 neighbors are in comp.graphics") for number in range(2)]
SPACE = {"name": "newsgroups", "value": "sci.space", "label": "newsgroup: sci.space", "color": "#5490d8"}
WORD = {"name": "contains", "value": "optics", "label": "contains “optics”", "color": None}
CLUSTERS = [
    {"cluster": number, "color": "#246c48", "size": 1500, "newsgroup": "sci.med", "share": 0.5, "terms": ["dose"]}
    for number in range(3)
]

EVENTS = ("select", "like", "expand", "input", "submit", "download", "delete", "clear")


def build_app(make: Make, answer: Row) -> gr.Blocks:
    """Lay out a component, a box with the last of its events, and a button that updates it."""
    app = gr.Blocks()
    with app:
        part = make()
        told = gr.Textbox(label="Event", interactive=True)
        for name in EVENTS:
            listen(part, name, told)
        gr.Button("Update").click(lambda: gr.update(**answer), None, part, show_progress="hidden")
    return app


def listen(part: gr.HTML, name: str, told: gr.Textbox) -> None:
    def tell(event: gr.EventData) -> str:
        return json.dumps([name, event._data])

    getattr(part, name)(tell, None, told, show_progress="hidden")


@pytest.fixture
def show(serve: Callable[..., str], page: Page) -> Show:
    """Return a function that opens a component, which ``Update`` gives the props of the answer."""

    def open_app(make: Make, query: str = "", **answer: Any) -> Locator:
        page.goto(serve(build_app(make, answer)) + query)
        page.get_by_role("button", name="Update").wait_for()
        return page.locator(".html-container")

    return open_app


def update(page: Page) -> None:
    page.get_by_role("button", name="Update").click()


def press_without_focus(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).evaluate("button => button.click()")


def expect_event(page: Page, name: str, /, **data: Any) -> None:
    expect(page.get_by_label("Event")).to_have_value(json.dumps([name, data]))


# ---- the list of posts


def test_a_list_says_how_many_of_how_many_it_shows(show: Show) -> None:
    part = show(lambda: post_list(rows(3), n_found=1204))

    expect(part.get_by_role("status")).to_have_text("3 of 1,204 results")
    expect(part.locator(".post")).to_have_count(3)


def test_an_empty_list_says_what_it_was_given_to_say(show: Show) -> None:
    expect(show(lambda: post_list(none="Nothing is found.")).locator(".none")).to_have_text("Nothing is found.")


def test_a_result_tells_why_it_was_found(show: Show) -> None:
    found = row(1, subject="Telescopes", words=["telescope", "TELESCOPES"], meaning_rank=3, keywords_rank=1)
    part = show(lambda: post_list([found]))

    assert part.locator("mark").all_text_contents() == ["Telescopes", "telescope"]
    assert part.locator(".evidence").all_text_contents() == ["meaning 3", "words 1"]
    assert part.locator(".similarity").text_content() == "0.89"


def test_words_are_marked_where_they_stand_alone(show: Show) -> None:
    found = row(1, subject="car cars scar CAR car's my_car", snippet="", words=["car", "c++", "(my"])

    assert show(lambda: post_list([found])).locator("mark").all_text_contents() == ["car", "CAR", "car", "car"]


def test_without_a_similarity_no_figure_is_shown(show: Show) -> None:
    part = show(lambda: post_list([row(1, similarity=None)]))

    expect(part.locator(".post")).to_have_count(1)
    expect(part.locator(".similarity")).to_have_count(0)


def test_a_click_on_a_row_selects_its_post(page: Page, show: Show) -> None:
    show(lambda: post_list(rows(3))).locator(".post").nth(1).click()

    expect_event(page, "select", id="train/sci.space/1")


def test_more_or_less_like_a_row_is_asked_for(page: Page, show: Show) -> None:
    part = show(lambda: post_list(rows(3)))

    for name, liked in (("More like this: Subject 1", True), ("Less like this: Subject 1", False)):
        part.locator("li").nth(1).hover()
        part.get_by_role("button", name=name).click()
        expect_event(page, "like", id="train/sci.space/1", liked=liked)


def test_the_buttons_of_a_row_appear_without_moving_anything(show: Show) -> None:
    part = show(lambda: post_list(rows(3)))
    item = part.locator("li").nth(1)
    before = item.bounding_box()

    expect(item.locator(".likes")).to_have_css("opacity", "0")
    item.hover()

    expect(item.locator(".likes")).to_have_css("opacity", "1")
    assert item.bounding_box() == before


def test_the_arrow_keys_walk_through_the_rows_and_enter_opens(page: Page, show: Show) -> None:
    part = show(lambda: post_list(rows(3)))

    part.locator(".post").first.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(part.locator(".post").nth(1)).to_be_focused()
    page.keyboard.press("Enter")

    expect_event(page, "select", id="train/sci.space/1")


def test_a_list_is_three_stops_for_the_tab_key(page: Page, show: Show) -> None:
    part = show(lambda: post_list(rows(3)))

    part.locator(".post").first.focus()
    for _ in range(3):
        page.keyboard.press("Tab")

    expect(page.get_by_label("Event")).to_be_focused()


def test_a_letter_opens_the_row_beside_the_chosen_one(page: Page, show: Show) -> None:
    part = show(lambda: post_list(rows(3), chosen="train/sci.space/1"))

    for key, number in (("j", 2), ("k", 0)):
        part.locator(".post[aria-current=true]").press(key)
        expect_event(page, "select", id=f"train/sci.space/{number}")


def scrolled(part: Locator, n_rows: int) -> Locator:
    """Return the pane of a list that is higher than its room, scrolled to its end."""
    expect(part.locator(".post")).to_have_count(n_rows)
    pane = part.locator(".pane")
    pane.evaluate("pane => { pane.parentElement.style.height = '300px'; pane.scrollTop = pane.scrollHeight; }")
    return pane


def test_more_rows_are_added_below_and_the_list_stays_where_it_is(page: Page, show: Show) -> None:
    part = show(lambda: post_list(rows(20), n_found=40, chosen="train/sci.space/1"), rows=rows(40))
    pane = scrolled(part, 20)
    before = pane.evaluate("pane => pane.scrollTop")

    part.get_by_role("button", name="Show more").click()
    expect_event(page, "expand")
    update(page)

    expect(part.locator(".post")).to_have_count(40)
    assert before > 0
    assert pane.evaluate("pane => pane.scrollTop") == before
    expect(part.get_by_role("button", name="Show more")).to_be_hidden()


def test_other_rows_begin_at_the_top(page: Page, show: Show) -> None:
    part = show(lambda: post_list(rows(20)), rows=rows(20)[::-1])
    pane = scrolled(part, 20)

    update(page)

    expect(part.locator(".post").first).to_have_attribute("data-id", "train/sci.space/19")
    assert pane.evaluate("pane => pane.scrollTop") == 0


def test_a_row_chosen_elsewhere_is_scrolled_to(page: Page, show: Show) -> None:
    part = show(lambda: post_list(rows(20)), chosen="train/sci.space/2")
    pane = scrolled(part, 20)

    update(page)

    expect(part.locator("[aria-current=true]")).to_be_in_viewport()
    assert pane.evaluate("pane => pane.scrollTop") > 0


def test_the_keyboard_goes_on_at_the_first_of_the_rows_added(page: Page, show: Show) -> None:
    part = show(lambda: post_list(rows(3), n_found=6), rows=rows(6))
    part.get_by_role("button", name="Show more").focus()

    press_without_focus(page, "Update")

    expect(part.locator(".post").nth(3)).to_be_focused()


# ---- the reader


def test_nothing_to_read_is_said(show: Show) -> None:
    part = show(lambda: reader())

    expect(part.locator(".none")).to_contain_text("Choose a result or a point")
    expect(part.locator(".toolbar")).to_be_hidden()


def test_a_post_is_read_whole_with_its_words_marked_and_its_quotes_dimmed(show: Show) -> None:
    part = show(lambda: reader(post("> Who made the optics?\nThe optics were ground in Danbury.")))

    expect(part.locator(".text")).to_have_text("> Who made the optics?\nThe optics were ground in Danbury.")
    assert part.locator(".dimmed").all_text_contents() == ["> Who made the optics?\n"]
    assert part.locator(".text mark").all_text_contents() == ["optics", "optics"]


def test_the_columns_of_a_table_stand_below_each_other(show: Show) -> None:
    part = show(lambda: reader(post("As measured:\nFOC      0.12\nWFPC     0.15")))

    assert part.locator(".columns").all_text_contents() == ["FOC      0.12\nWFPC     0.15\n"]


def test_a_posts_metadata_are_told(show: Show) -> None:
    facts = show(lambda: reader(post("x" * 1204, cluster=5, truncated=True))).locator(".facts > *")

    told = ["sci.space", "train", "cluster 5", "1,204 characters", "truncated", "train/sci.space/7"]
    assert facts.all_text_contents() == told


def test_a_neighbor_is_selected(page: Page, show: Show) -> None:
    show(lambda: reader(post())).locator(".neighbors .post").nth(2).click()

    expect_event(page, "select", id="train/sci.space/2")


def test_next_is_pressed_and_previous_cannot_be_where_there_is_none(page: Page, show: Show) -> None:
    part = show(lambda: reader(post(next="train/sci.space/8")))

    expect(part.get_by_role("button", name="Previous")).to_be_disabled()
    part.get_by_role("button", name="Next").click()

    expect_event(page, "select", id="train/sci.space/8")


def test_letters_read_the_next_and_the_previous(page: Page, show: Show) -> None:
    part = show(lambda: reader(post(previous="train/sci.space/6", next="train/sci.space/8")))

    for key, number in (("j", 8), ("k", 6)):
        part.locator(".reader").press(key)
        expect_event(page, "select", id=f"train/sci.space/{number}")


def test_more_or_less_like_what_is_read_is_asked_for(page: Page, show: Show) -> None:
    part = show(lambda: reader(post()))

    for name, liked in (("More like this", True), ("Less like this", False)):
        part.get_by_role("button", name=name).click()
        expect_event(page, "like", id="train/sci.space/7", liked=liked)


def test_the_id_is_copied_and_said_to_be_for_two_seconds(page: Page, show: Show) -> None:
    part = show(lambda: reader(post()))
    page.context.grant_permissions(["clipboard-read"])

    part.get_by_role("button", name="Copy id").click()

    expect(part.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "train/sci.space/7"
    expect(part.get_by_role("button", name="Copy id")).to_be_visible()


def test_the_id_is_copied_where_the_clipboard_is_refused(page: Page, show: Show) -> None:
    part = show(lambda: reader(post()))
    page.context.grant_permissions(["clipboard-read"])
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('not allowed'); }; }")

    part.get_by_role("button", name="Copy id").click()

    expect(part.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "train/sci.space/7"


def test_a_line_of_ten_million_characters_is_read_piece_by_piece(page: Page, show: Show) -> None:
    part = show(lambda: reader(post("y" * 9_999_993 + " optics")))
    text = part.locator(".text")

    assert text.evaluate("text => text.firstElementChild.textContent.length") == 100_001  # with the end of its line
    began = time.monotonic()
    page.get_by_label("Event").fill("typed meanwhile")
    assert time.monotonic() - began < 1
    part.get_by_role("button", name="Show all 10,000,000 characters").click()

    assert text.evaluate("text => text.textContent.replaceAll('\\n', '').length") == 10_000_000
    part.locator(".part").last.scroll_into_view_if_needed()
    expect(text.locator("mark")).to_have_text("optics")


def test_a_post_that_is_read_again_stays_where_it_is(page: Page, show: Show) -> None:
    long = post("line\n" * 200)
    part = show(lambda: reader(long), post={**long, "words": ["line"]})
    article = part.locator(".reader")
    part.locator(".text").wait_for()
    article.evaluate("article => { article.parentElement.style.height = '300px'; article.scrollTop = 700; }")

    update(page)

    expect(part.locator(".text mark")).to_have_count(200)
    assert article.evaluate("article => article.scrollTop") == 700


# ---- the selection


def test_nothing_selected_is_said(show: Show) -> None:
    expect(show(lambda: selection(none="Lasso some posts."))).to_have_text("Lasso some posts.")


def test_where_nothing_is_selected_all_posts_are_exported(page: Page, show: Show) -> None:
    part = show(lambda: selection(none="Lasso some posts.", n_posts=18_846))
    part.get_by_role("button", name="PNG").click()

    expect(part.get_by_role("heading")).to_have_text("All 18,846 posts")
    expect_event(page, "download", format="png")


def test_a_selection_is_explained(show: Show) -> None:
    part = show(lambda: selection(EXPLANATION))

    expect(part.get_by_role("heading", name="Lassoed region")).to_be_visible()
    expect(part.locator(".facts")).to_have_text("859 of 18,846 posts")
    expect(part.locator(".mix li").first).to_have_text("group.040%of the selection, 5% of all posts")
    expect(part.locator(".mix li").last).to_have_text("and 2 more newsgroups")
    assert part.locator(".terms li").all_text_contents() == ["orbit", "hubble servicing mission"]
    expect(part.locator(".duplicates .post")).to_have_count(2)


def test_the_bars_of_a_mix_are_measured_against_the_whole(show: Show) -> None:
    bar = show(lambda: selection(EXPLANATION)).locator(".mix .bar").nth(1)

    shares = bar.evaluate(
        """bar => [bar.querySelector('.filled').offsetWidth, bar.querySelector('.tick').offsetLeft + 1]
            .map(pixels => pixels / bar.offsetWidth)"""
    )

    assert shares == pytest.approx([0.2 / 0.4, 0.05 / 0.4], abs=0.02)


def test_a_selection_is_worked_with(page: Page, show: Show) -> None:
    part = show(lambda: selection(EXPLANATION))

    for name, event, data in (
        ("More like these", "submit", {}),
        ("CSV", "download", {"format": "csv"}),
        ("JSON lines", "download", {"format": "jsonl"}),
        ("Parquet", "download", {"format": "parquet"}),
        ("Clear", "clear", {}),
    ):
        part.get_by_role("button", name=name, exact=True).click()
        expect_event(page, event, **data)


def test_a_typical_post_is_selected(page: Page, show: Show) -> None:
    show(lambda: selection(EXPLANATION)).get_by_label("Most typical").locator(".post").click()

    expect_event(page, "select", id="train/sci.space/1")


# ---- suspects


def test_suspects_are_listed_with_their_reasons(show: Show) -> None:
    part = show(lambda: suspects(KINDS, chosen="mislabeled", rows=SUSPECTS, n_found=2))

    expect(part.locator("[aria-pressed=true]")).to_have_text("Mislabeled1,204")
    expect(part.get_by_role("status")).to_have_text("Most neighbors are elsewhere.")
    expect(part.locator(".reason").first).to_have_text("12 of 15 neighbors are in comp.graphics")


def test_another_kind_of_suspects_is_chosen(page: Page, show: Show) -> None:
    show(lambda: suspects(KINDS, chosen="mislabeled")).get_by_role("button", name="Outliers").click()

    expect_event(page, "input", kind="outlier")


def test_no_suspects_are_said_to_be_none(show: Show) -> None:
    expect(show(lambda: suspects(KINDS, chosen="outlier")).locator(".none")).to_contain_text("None among the posts")


def test_more_suspects_are_asked_for(page: Page, show: Show) -> None:
    part = show(lambda: suspects(KINDS, chosen="mislabeled", rows=SUSPECTS, n_found=1204))

    part.get_by_role("button", name="Show more").click()

    expect_event(page, "expand")


# ---- chips


def test_without_chips_all_posts_are_counted(show: Show) -> None:
    part = show(lambda: chips(18_846, 18_846))

    expect(part.get_by_role("status")).to_have_text("All 18,846 posts")
    expect(part.get_by_role("button")).to_have_count(0)


def test_a_chip_is_taken_off(page: Page, show: Show) -> None:
    part = show(lambda: chips(1204, 18_846, [SPACE, WORD]))

    expect(part.get_by_role("status")).to_have_text("1,204 of 18,846 posts")
    part.get_by_role("button", name="Remove filter newsgroup: sci.space").click()

    expect_event(page, "delete", name="newsgroups", value="sci.space")


def test_all_chips_are_taken_off_where_there_are_several(page: Page, show: Show) -> None:
    part = show(lambda: chips(1204, 18_846, [SPACE, WORD]), chips=[SPACE])

    part.get_by_role("button", name="Clear all").click()
    expect_event(page, "clear")
    update(page)

    expect(part.get_by_role("button", name="Clear all")).to_be_hidden()


def test_the_keyboard_stays_among_the_chips_when_one_is_gone(page: Page, show: Show) -> None:
    part = show(lambda: chips(1204, 18_846, [SPACE, WORD]), chips=[SPACE])
    part.get_by_role("button", name="Remove filter contains").focus()

    press_without_focus(page, "Update")

    expect(part.get_by_role("button", name="Remove filter newsgroup: sci.space")).to_be_focused()


# ---- clusters


def test_a_cluster_is_chosen_by_a_click_and_by_the_keyboard(page: Page, show: Show) -> None:
    part = show(lambda: cluster_table(CLUSTERS, chosen=[1]))

    expect(part.locator("tr[aria-current=true]")).to_contain_text("1")
    part.get_by_text("dose").nth(2).click()
    expect_event(page, "select", cluster=2)
    part.get_by_role("button", name="Cluster 0").press("Enter")
    expect_event(page, "select", cluster=0)


@pytest.mark.parametrize("name", ["Cluster 2", "Typical of 2"])
def test_the_keyboard_stays_on_a_cluster_whose_table_is_drawn_anew(page: Page, show: Show, name: str) -> None:
    clusters = [{**each, "typical": {"id": "a", "subject": f"Typical of {each['cluster']}"}} for each in CLUSTERS]
    part = show(lambda: cluster_table(clusters), rows=clusters[::-1])
    part.get_by_role("button", name=name).focus()

    press_without_focus(page, "Update")

    expect(part.locator("tbody tr").first).to_contain_text("Typical of 2")
    expect(part.get_by_role("button", name=name)).to_be_focused()


def test_a_typical_post_is_opened_without_choosing_its_cluster(page: Page, show: Show) -> None:
    part = show(lambda: cluster_table([{**CLUSTERS[0], "typical": {"id": "train/sci.med/7", "subject": "Doses"}}]))

    part.get_by_role("button", name="Doses").click()

    expect_event(page, "input", id="train/sci.med/7")


def test_titles_are_asked_for_where_they_are_offered(page: Page, show: Show) -> None:
    part = show(lambda: cluster_table(CLUSTERS, offer="Titles by Gemini"))

    part.get_by_role("button", name="Titles by Gemini").click()

    expect_event(page, "submit")


def test_a_title_stands_above_the_terms(page: Page, show: Show) -> None:
    part = show(lambda: cluster_table([{**CLUSTERS[0], "title": HOSTILE}]))

    expect(part.locator("td.terms .title")).to_have_text(HOSTILE)
    expect(part.locator("td.terms")).to_contain_text("dose")


# ---- the address


def build_history(first: str) -> gr.Blocks:
    """Lay out an address, buttons that go to a query, and a box with the query that was asked for last.

    What the page is opened with is answered by the first query, if there is one. Last is what has the last place:
    two questions in quick succession may arrive in any order.
    """
    app = gr.Blocks()
    answers = iter([first] if first else [])
    questions: list[tuple[int, str]] = []
    with app:
        place = address()
        asked = gr.Textbox(label="Asked")
        for query in ("?q=one", "?q=two", ""):
            gr.Button(f"Go {query}").click(lambda query=query: gr.update(query=query), None, place)

        def answer(event: gr.EventData) -> tuple[str, object]:
            questions.append((event.place, event.query))
            return f"asked for {max(questions)[1]}", gr.update(query=next(answers, event.query))

        place.input(answer, None, [asked, place], trigger_mode="multiple")
    return app


@pytest.fixture
def browse(page: Page, serve: Callable[..., str]) -> Callable[..., str]:
    def open_app(query: str = "", first: str = "") -> str:
        url = serve(build_history(first))
        page.goto("about:blank")
        page.goto(url + query)
        expect(page.get_by_label("Asked")).to_have_value(f"asked for {query}")
        return url

    return open_app


def go(page: Page, query: str) -> None:
    page.get_by_role("button", name=f"Go {query}", exact=True).click()
    page.wait_for_function("query => location.search === query", arg=query)


def test_the_first_query_replaces_the_address(page: Page, browse: Callable[..., str]) -> None:
    url = browse("?q=%3Cscript%3E&unknown=1", first="?q=one")

    expect(page).to_have_url(f"{url}?q=one")
    page.go_back()
    expect(page).to_have_url("about:blank")


def test_back_and_forward_ask_for_the_query_and_add_nothing(page: Page, browse: Callable[..., str]) -> None:
    url = browse()
    go(page, "?q=one")
    go(page, "?q=two")

    page.go_back()
    expect(page.get_by_label("Asked")).to_have_value("asked for ?q=one")
    page.go_forward()
    expect(page.get_by_label("Asked")).to_have_value("asked for ?q=two")
    page.go_back()
    expect(page.get_by_label("Asked")).to_have_value("asked for ?q=one")
    page.go_back()

    expect(page.get_by_label("Asked")).to_have_value("asked for ")
    expect(page).to_have_url(url)


def test_going_back_twice_before_the_answer_keeps_the_history(page: Page, browse: Callable[..., str]) -> None:
    url = browse()
    for query in ("?q=one", "?q=two"):
        go(page, query)

    page.go_back()
    page.go_back()

    expect(page).to_have_url(url)
    expect(page.get_by_label("Asked")).to_have_value("asked for ")
    for query in ("?q=one", "?q=two"):
        page.go_forward()
        expect(page.get_by_label("Asked")).to_have_value(f"asked for {query}")
    expect(page).to_have_url(f"{url}?q=two")


def test_the_address_takes_no_room(page: Page, show: Show) -> None:
    part = show(address)

    assert part.evaluate_all("parts => parts.map(({ offsetHeight }) => offsetHeight)") in ([], [0])


# ---- all of them


def hostile_parts() -> gr.Blocks:
    app = gr.Blocks()
    with app, gr.Column(elem_id="parts"):
        post_list([row(1, subject=HOSTILE, snippet=HOSTILE, newsgroup=HOSTILE, words=["script", "<"])])
        reader(post(HOSTILE, subject=HOSTILE, newsgroup=HOSTILE, words=["script"]))
        selection({**EXPLANATION, "title": HOSTILE, "terms": [HOSTILE], "mix": [part_of_mix(HOSTILE, 1)]})
        suspects(KINDS, chosen="outlier", rows=[row(1, reason=HOSTILE, subject=HOSTILE)])
        chips(1, 2, [{**SPACE, "label": HOSTILE}])
        cluster_table([{**CLUSTERS[0], "newsgroup": HOSTILE, "terms": [HOSTILE]}])
        notice(HOSTILE)
    return app


def test_markup_is_shown_as_text_and_nothing_is_cut_off_on_a_phone(page: Page, serve: Callable[..., str]) -> None:
    page.set_viewport_size(PHONE)
    page.goto(serve(hostile_parts()))
    parts = page.locator("#parts .html-container")

    expect(parts).to_have_count(7)
    for part in parts.all():
        expect(part).to_contain_text(HOSTILE)
    assert page.locator("#parts").locator("script, img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_control_characters_are_shown_as_symbols(show: Show) -> None:
    part = show(lambda: post_list([row(1, subject=CONTROLS)]))

    assert part.locator(".subject").text_content() == AS_SYMBOLS


def test_a_right_to_left_override_ends_with_its_own_text(show: Show) -> None:
    part = show(lambda: reader(post(f"{OVERRIDE}\nnext line", subject=OVERRIDE, newsgroup=f"{OVERRIDE}\u2069")))
    places = part.locator(".facts > *").evaluate_all("nodes => nodes.map(node => node.getBoundingClientRect().left)")

    assert places[:2] == sorted(places[:2])
    assert part.locator(".facts .newsgroup > span").evaluate("node => getComputedStyle(node).unicodeBidi") == "isolate"


def full_parts() -> gr.Blocks:
    app = gr.Blocks()
    with app, gr.Column(elem_id="parts"):
        found = [row(number, words=["telescope"], meaning_rank=1, keywords_rank=2) for number in range(3)]
        post_list(found, n_found=9, chosen=found[1]["id"])
        reader(post("> Who made the optics?\nNobody knows.", next="train/sci.space/8"))
        selection(EXPLANATION)
        suspects(KINDS, chosen="mislabeled", rows=SUSPECTS, n_found=9)
        chips(1204, 18_846, [SPACE, WORD])
        cluster_table(CLUSTERS, chosen=[1])
        notice("The question is empty.")
        address()
    return app


def empty_parts() -> gr.Blocks:
    app = gr.Blocks()
    with app, gr.Column(elem_id="parts"):
        post_list(none="Nothing is found.")
        reader()
        selection(none="Lasso some posts.", n_posts=18_846)
        suspects()
        chips(18_846, 18_846)
        cluster_table(none="Choose k.")
        notice()
    return app


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("build", [full_parts, empty_parts])
def test_axe_finds_nothing_to_object_to(
    page: Page, serve: Callable[..., str], scheme: str, build: Callable[[], gr.Blocks]
) -> None:
    page.goto(f"{serve(build(), theme=make_theme())}?__theme={scheme}")
    page.locator("#parts .clusters > *").wait_for()

    report = Axe().run(page, "#parts")

    assert report.violations_count == 0, report.generate_report()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_whatever_is_pressed_is_large_enough(page: Page, serve: Callable[..., str], viewport: ViewportSize) -> None:
    page.set_viewport_size(viewport)
    page.goto(serve(full_parts()))
    page.locator(".notice").wait_for()

    sizes = page.locator("#parts button:visible").evaluate_all(
        "buttons => buttons.map(button => { const { width, height } = button.getBoundingClientRect();"
        " return [button.ariaLabel ?? button.innerText, Math.min(width, height)]; })"
    )

    assert sizes
    assert [name for name, size in sizes if size < 24] == []
