"""Question, filters, map, lists and reader as one: whatever is chosen in one is shown in the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from explorer.app.view import N_RESULTS
from explorer.explorer import Explorer
from explorer.regions import inside
from tests.browser.page_driver import SECONDS, ask, chips_of, click_point, found, open_page

QUESTION = "blurry telescope fixed with corrective optics"
ANSWER = "train/sci.space/03"
N_POSTS = 340
PER_NEWSGROUP = 17


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """The page of another visitor, or of the same one in another window."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    yield page
    page.close()


def expect_shown(page: Page, n_posts: int) -> None:
    """Expect the number of posts that pass all filters to be told."""
    text = f"All {n_posts} posts" if n_posts == N_POSTS else f"{n_posts} of {N_POSTS} posts"
    expect(page.locator("#chips .count")).to_have_text(text)


def select_left_half(page: Page) -> None:
    """Draw a box around the left half of the map."""
    page.get_by_role("button", name=re.compile("box", re.I)).click()
    box = page.locator("#map .surface").bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 2, steps=5)
    page.mouse.up()


def filter_by_newsgroup(page: Page, newsgroup: str) -> None:
    page.locator("#map .legend").get_by_role("button", name=newsgroup).click()


# ---- search


def test_keywords_find_the_word_that_was_typed_and_mark_it(journey: Page) -> None:
    journey.get_by_label("Keywords").click()
    ask(journey, "telescope")

    results = journey.locator("#results .post")
    expect(results.first).to_be_visible()
    expect(journey.locator("#results mark").first).to_have_text(re.compile("telescope", re.I))
    assert 0 < results.count() < N_RESULTS


def test_both_say_how_each_result_was_found(journey: Page) -> None:
    journey.get_by_label("Both").click()
    ask(journey, "telescope")

    first = journey.locator("#results li").first
    expect(first).to_contain_text("meaning")
    expect(first).to_contain_text("words 1")


def test_more_results_follow_the_first(journey: Page) -> None:
    ask(journey, QUESTION)
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)
    first = found(journey)

    journey.get_by_role("button", name="Show more").click()

    expect(journey.locator("#results .post")).to_have_count(2 * N_RESULTS)
    assert found(journey)[:N_RESULTS] == first
    expect(journey.locator("#results .count")).to_have_text(f"{2 * N_RESULTS} of {N_POSTS} results")


def test_more_like_a_post_is_found_without_a_question(journey: Page, explorer: Explorer) -> None:
    ask(journey, QUESTION)
    row = journey.locator("#results li").nth(2)
    post_id = row.locator(".post").get_attribute("data-id") or ""
    ask(journey, "")
    expect(journey.locator("#results .post")).to_have_count(0)
    ask(journey, QUESTION)
    row.hover()
    row.get_by_role("button", name="More like this").click()
    expect(journey.locator("#chips li")).to_have_count(1)
    ask(journey, "")

    expected = [hit.post.id for hit in explorer.similar(post_id, N_RESULTS)]
    for rank, expected_id in enumerate(expected):
        expect(journey.locator("#results .post").nth(rank)).to_have_attribute("data-id", expected_id)


def test_less_like_a_post_moves_the_results_away_from_it(journey: Page) -> None:
    ask(journey, QUESTION)
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)
    first = found(journey)
    journey.locator("#results li").first.hover()

    journey.locator("#results li").first.get_by_role("button", name="Less like this").click()

    expect(journey.locator("#chips li")).to_contain_text("unlike")
    expect(journey.locator(f"#results .post[data-id='{first[0]}']")).to_have_count(0)


def test_a_question_longer_than_an_address_is_cut_and_can_be_opened_again(journey: Page) -> None:
    ask(journey, "telescope " * 10_000)
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)
    journey.wait_for_function("location.search.includes('telescope')")

    journey.reload()

    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)


def test_unlike_alone_finds_nothing_and_says_why(page: Page, address: str) -> None:
    open_page(page, f"{address}?unlike={ANSWER}")

    expect(page.locator("#results .none")).to_contain_text("Ask something")


def test_a_search_that_is_refused_leaves_no_earlier_results(journey: Page) -> None:
    ask(journey, QUESTION)
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)
    journey.locator("#results li").first.hover()
    journey.locator("#results li").first.get_by_role("button", name="More like this").click()
    expect(journey.locator("#chips li")).to_have_count(1)
    journey.get_by_label("Keywords").click()
    ask(journey, "")

    expect(journey.get_by_role("alert")).to_contain_text("Posts alone say nothing to a search by keywords")
    expect(journey.locator("#results .post")).to_have_count(0)
    click_point(journey, 0)
    expect(journey.locator("#reader .facts code")).to_be_visible()


# ---- filters


def test_a_newsgroup_pressed_in_the_legend_narrows_everything(journey: Page) -> None:
    ask(journey, QUESTION)
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)

    filter_by_newsgroup(journey, "sci.space")

    expect_shown(journey, PER_NEWSGROUP)
    expect(journey.locator("#results .post")).to_have_count(PER_NEWSGROUP)
    assert all(post_id.split("/")[1] == "sci.space" for post_id in found(journey))
    expect(journey.locator("#chips li")).to_contain_text("newsgroup: sci.space")


def test_filters_compose_and_are_taken_off_one_by_one(journey: Page, explorer: Explorer) -> None:
    filter_by_newsgroup(journey, "sci.space")
    expect_shown(journey, PER_NEWSGROUP)
    journey.get_by_role("button", name="Filters").click()
    journey.get_by_label("Contains").fill("HUBBLE")
    journey.get_by_label("Contains").press("Enter")
    with_hubble = [post for post in explorer.posts if "hubble" in f"{post.subject}\n{post.text}".casefold()]
    in_space = [post for post in with_hubble if post.newsgroup == "sci.space"]
    expect_shown(journey, len(in_space))

    journey.get_by_role("button", name=re.compile("Remove filter.*sci.space")).click()
    expect_shown(journey, len(with_hubble))
    expect(journey.locator("#map .legend [aria-pressed=true]")).to_have_count(0)

    journey.get_by_role("button", name=re.compile("Remove filter.*HUBBLE")).click()
    expect_shown(journey, N_POSTS)
    expect(journey.get_by_label("Contains")).to_have_value("")


def test_a_filter_leaves_a_question_that_is_being_typed(journey: Page) -> None:
    journey.get_by_label("Question", exact=True).fill("half a quest")

    filter_by_newsgroup(journey, "sci.space")
    expect_shown(journey, PER_NEWSGROUP)

    expect(journey.get_by_label("Question", exact=True)).to_have_value("half a quest")


def test_both_subsets_together_are_all_posts(page: Page, address: str, explorer: Explorer) -> None:
    open_page(page, f"{address}?color=subset")
    legend = page.locator("#map .legend li button")

    legend.first.click()
    expect_shown(page, sum(post.subset == "train" for post in explorer.posts))
    legend.last.click()

    expect_shown(page, N_POSTS)
    expect(page.locator("#map .legend [aria-pressed=true]")).to_have_count(0)


def test_several_filters_are_cleared_at_once(journey: Page) -> None:
    filter_by_newsgroup(journey, "sci.space")
    filter_by_newsgroup(journey, "sci.med")
    expect_shown(journey, 2 * PER_NEWSGROUP)

    journey.locator("#chips").get_by_role("button", name="Clear all").click()

    expect_shown(journey, N_POSTS)
    assert chips_of(journey) == []


def test_the_slider_says_how_far_near_reaches(journey: Page, explorer: Explorer) -> None:
    ask(journey, QUESTION)
    slider = journey.locator("#map input[type=range]")
    expect(slider).to_be_visible()

    slider.evaluate("(slider, least) => { slider.value = least; }", "0.2")
    slider.dispatch_event("input")
    slider.dispatch_event("change")

    expect(journey.locator("#chips li")).to_contain_text("similarity at least 0.")
    journey.wait_for_function("location.search.includes('near=')")
    least = float(journey.evaluate("new URLSearchParams(location.search).get('near')"))
    shown = int((explorer.similarities(QUESTION) >= least).sum())
    expect(journey.locator("#chips .count")).to_contain_text(f"{shown} of")
    expect(journey.locator("#results .count")).to_contain_text(f"of {shown} results")


def test_a_cluster_of_the_table_is_shown_alone_and_explained(journey: Page) -> None:
    journey.get_by_role("button", name="Cluster", exact=True).click()
    row = journey.locator("#clusters tbody tr").first
    expect(row).to_be_visible(timeout=30 * SECONDS)
    size = int(row.locator("td").nth(1).inner_text())

    row.locator("button, td").first.click()

    expect_shown(journey, size)
    expect(journey.locator("#selection h2")).to_contain_text("cluster 0", timeout=30 * SECONDS)
    expect(journey.locator("#selection")).to_contain_text(f"{size} of {N_POSTS} posts")


def test_a_double_click_on_a_cluster_shows_it(page: Page, address: str) -> None:
    open_page(page, f"{address}?color=cluster&k=7")
    row = page.locator("#clusters tbody tr").first
    size = int(row.locator("td").nth(1).inner_text(timeout=30 * SECONDS))

    row.dblclick()

    expect(page.locator("#selection h2")).to_contain_text("cluster 0", timeout=30 * SECONDS)
    expect_shown(page, size)


# ---- selections


def test_a_selection_on_the_map_is_counted_explained_and_searched(journey: Page, explorer: Explorer) -> None:
    select_left_half(journey)

    expect(journey.locator("#chips li")).to_contain_text("region of the UMAP map")
    n_shown = int(journey.locator("#chips .count").inner_text().split()[0])
    assert 0 < n_shown < N_POSTS
    expect(journey.locator("#selection")).to_contain_text(f"{n_shown} of {N_POSTS} posts", timeout=30 * SECONDS)
    expect(journey.locator("#selection h2")).to_be_in_viewport()
    for heading in ("Newsgroups", "Terms that set it apart", "Most typical", "Most unusual"):
        expect(journey.locator("#selection")).to_contain_text(heading)

    ask(journey, QUESTION)
    expect(journey.locator("#results .count")).to_contain_text(f"of {n_shown} results")


def test_a_selection_of_nobody_is_told(page: Page, address: str) -> None:
    open_page(page, f"{address}?pane=selection&region=umap:1e4,1e4;2e4,1e4;2e4,2e4")

    expect_shown(page, 0)
    expect(page.locator("#selection")).to_contain_text("No post passes")


def test_clearing_the_map_takes_the_region_first_and_then_the_post(journey: Page) -> None:
    click_point(journey, 0)
    expect(journey.locator("#reader .facts code")).to_be_visible()
    select_left_half(journey)
    expect(journey.locator("#chips li")).to_have_count(1)

    journey.get_by_role("button", name="Clear the selection").click()
    expect_shown(journey, N_POSTS)
    journey.get_by_role("tab", name="Post").click()
    expect(journey.locator("#reader .facts code")).to_be_visible()

    journey.get_by_role("button", name="Clear the selection").click()
    expect(journey.locator("#reader .none")).to_contain_text("Choose a result or a point")


def test_more_like_posts_that_only_the_question_selects_is_refused(page: Page, address: str) -> None:
    open_page(page, f"{address}?q=telescope&near=0.1&pane=selection")

    page.get_by_role("button", name="More like these").click(timeout=30 * SECONDS)

    expect(page.get_by_role("alert")).to_contain_text("Nothing but the question selects these posts")


def test_more_like_a_selection_is_looked_for_among_the_others(journey: Page) -> None:
    filter_by_newsgroup(journey, "sci.space")
    journey.get_by_role("tab", name="Selection").click()
    journey.get_by_role("button", name="More like these").click(timeout=30 * SECONDS)

    expect(journey.locator("#results .count")).to_have_text(f"{N_RESULTS} of {N_POSTS - PER_NEWSGROUP} results")
    assert not any("/sci.space/" in post_id for post_id in found(journey))
    expect(journey.locator("#chips li")).to_contain_text("like posts of sci.space")


@pytest.mark.parametrize(
    ("button", "read"),
    [
        ("CSV", pd.read_csv),
        ("JSON lines", lambda path: pd.read_json(path, lines=True)),
        ("Parquet", pd.read_parquet),
    ],
)
def test_a_selection_is_exported(journey: Page, tmp_path: Path, button: str, read: object) -> None:
    filter_by_newsgroup(journey, "sci.med")
    journey.get_by_role("tab", name="Selection").click()
    with journey.expect_download(timeout=30 * SECONDS) as download:
        journey.locator("#selection").get_by_role("button", name=button).click(timeout=30 * SECONDS)

    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    table = read(path)  # type: ignore[operator]
    assert set(table["newsgroup"]) == {"sci.med"}
    assert len(table) == PER_NEWSGROUP
    assert np.isfinite(table[["x", "y"]].to_numpy()).all()


def test_where_nothing_is_selected_all_posts_are_exported(journey: Page, tmp_path: Path) -> None:
    journey.get_by_role("tab", name="Selection").click()
    with journey.expect_download(timeout=30 * SECONDS) as download:
        journey.locator("#selection").get_by_role("button", name="CSV").click(timeout=30 * SECONDS)

    download.value.save_as(tmp_path / "all.csv")
    table = pd.read_csv(tmp_path / "all.csv")
    assert len(table) == N_POSTS
    assert table[["x", "y", "cluster", "cluster_name"]].notna().all(axis=None)


def test_each_export_is_of_what_is_selected_then(journey: Page, tmp_path: Path) -> None:
    journey.get_by_role("tab", name="Selection").click()
    exported = []
    for newsgroup in ("sci.med", "sci.space"):
        filter_by_newsgroup(journey, newsgroup)
        with journey.expect_download(timeout=30 * SECONDS) as download:
            journey.locator("#selection").get_by_role("button", name="CSV").click(timeout=30 * SECONDS)
        download.value.save_as(tmp_path / newsgroup)
        exported.append(set(pd.read_csv(tmp_path / newsgroup)["newsgroup"]))

    assert exported == [{"sci.med"}, {"sci.med", "sci.space"}]


def test_the_box_holds_whom_python_finds_inside(journey: Page, explorer: Explorer) -> None:
    select_left_half(journey)
    expect(journey.locator("#chips li")).to_have_count(1)

    corners = journey.evaluate("new URLSearchParams(location.search).get('region')").removeprefix("umap:").split(";")
    polygon = [(float(x), float(y)) for x, y in (corner.split(",") for corner in corners)]
    n_inside = int(inside(explorer.project().coordinates, polygon).sum())
    expect_shown(journey, n_inside)


# ---- suspects


def test_suspects_are_listed_by_kind_and_read(journey: Page, explorer: Explorer) -> None:
    journey.get_by_role("tab", name="Suspects").click()
    first = next(suspect for suspect in explorer.suspects if suspect.kind == "mislabeled")

    post = journey.locator("#suspects .post").first
    expect(post).to_have_attribute("data-id", explorer.post_ids[first.row], timeout=30 * SECONDS)
    expect(post).to_be_in_viewport()
    journey.locator("#suspects").get_by_role("button", name=re.compile("Outliers")).click()
    outlier = next(suspect for suspect in explorer.suspects if suspect.kind == "outlier")
    expect(post).to_have_attribute("data-id", explorer.post_ids[outlier.row])

    post.click()
    expect(journey.locator("#reader .facts code")).to_have_text(explorer.post_ids[outlier.row])


def test_suspects_are_a_layer_of_the_map(journey: Page, explorer: Explorer) -> None:
    journey.get_by_label("Color by").click()
    journey.get_by_role("option", name="Suspects").click()

    expect(journey.locator("#map .legend")).to_contain_text("mislabeled", timeout=30 * SECONDS)
    journey.locator("#map .legend").get_by_role("button", name="outlier").click()
    n_outliers = sum(suspect.kind == "outlier" for suspect in explorer.suspects)
    expect_shown(journey, n_outliers)


def test_who_is_no_suspect_is_shown_by_the_legend_too(page: Page, address: str, explorer: Explorer) -> None:
    open_page(page, f"{address}?color=suspect")
    suspected = {row for suspect in explorer.suspects for row in (suspect.row, suspect.other) if row is not None}

    page.locator("#map .legend").get_by_role("button", name="none").click(timeout=30 * SECONDS)

    expect_shown(page, N_POSTS - len(suspected))
    expect(page.locator("#chips li")).to_contain_text("no suspects")


def test_the_map_is_colored_by_similarity_to_the_question(journey: Page) -> None:
    ask(journey, QUESTION)
    journey.get_by_label("Color by").click()
    journey.get_by_role("option", name="Similarity").click()

    expect(journey.locator("#map .legend h2")).to_have_text("Similarity")


# ---- the reader


def test_the_reader_goes_through_the_results(journey: Page) -> None:
    ask(journey, QUESTION)
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)
    ids = found(journey)
    journey.locator("#results .post").first.click()
    expect(journey.locator("#reader .facts code")).to_have_text(ids[0])
    expect(journey.get_by_role("button", name="Previous")).to_be_disabled()

    journey.get_by_role("button", name="Next", exact=True).click()
    expect(journey.locator("#reader .facts code")).to_have_text(ids[1])
    expect(journey.locator("#results [aria-current=true]")).to_have_attribute("data-id", ids[1])

    journey.get_by_role("button", name="Previous").click()
    expect(journey.locator("#reader .facts code")).to_have_text(ids[0])


# ---- the address


def test_a_copied_link_opens_the_same_view(journey: Page, other: Page) -> None:
    ask(journey, QUESTION)
    filter_by_newsgroup(journey, "sci.space")
    expect(journey.locator("#results .post")).to_have_count(PER_NEWSGROUP)
    journey.locator("#results .post").nth(1).click()
    journey.get_by_label("PCA").click()
    post = found(journey)[1]
    expect(journey.locator("#reader .facts code")).to_have_text(post)
    journey.wait_for_function("location.search.includes('map=pca') && location.search.includes('post=')")

    open_page(other, journey.url)

    expect(other.locator("#reader .facts code")).to_have_text(post)
    expect(other.get_by_label("Question", exact=True)).to_have_value(QUESTION)
    expect(other.get_by_label("PCA")).to_be_checked()
    expect_shown(other, PER_NEWSGROUP)
    assert found(other) == found(journey)
    assert chips_of(other) == chips_of(journey)


def test_a_link_opens_all_of_its_view_though_the_answers_arrive_at_once(journey: Page, address: str) -> None:
    def wait_for_all_answers(route: Route) -> None:
        journey.wait_for_timeout(2 * SECONDS)
        route.continue_()

    open_page(journey, f"{address}?q=telescope&newsgroup=sci.space&pane=selection")
    expect(journey.locator("#selection .main")).to_be_visible(timeout=30 * SECONDS)
    journey.route("**/queue/data*", wait_for_all_answers)
    journey.reload()

    expect(journey.locator("#selection h2")).to_have_text("sci.space")
    expect_shown(journey, PER_NEWSGROUP)
    expect(journey.locator("#results .post")).to_have_count(PER_NEWSGROUP)
    journey.get_by_role("button", name="Filters").click()
    journey.get_by_role("combobox", name="Newsgroups").click()
    expect(journey.get_by_role("option")).to_have_count(20)
    journey.unroute_all(behavior="ignoreErrors")


def test_back_and_forward_go_through_what_was_asked(journey: Page) -> None:
    ask(journey, QUESTION)
    expect(journey.locator("#results .post")).to_have_count(N_RESULTS)
    first = found(journey)
    journey.wait_for_function("location.search.includes('telescope')")
    ask(journey, "selling an old computer")
    journey.wait_for_function("location.search.includes('selling')")

    journey.go_back()
    expect(journey.get_by_label("Question", exact=True)).to_have_value(QUESTION)
    expect(journey.locator("#results .post").first).to_have_attribute("data-id", first[0])

    journey.go_forward()
    expect(journey.get_by_label("Question", exact=True)).to_have_value("selling an old computer")


@pytest.mark.parametrize(("query", "told"), [("?like=gone", "left out"), ("?corpus=gone", "this is another")])
def test_a_link_says_whatever_it_cannot_open(page: Page, address: str, query: str, told: str) -> None:
    open_page(page, address + query)

    expect(page.get_by_role("alert")).to_contain_text(told)


def test_a_link_to_what_is_not_there_says_so_and_shows_the_rest(page: Page, address: str) -> None:
    open_page(page, f"{address}?q=orbit&newsgroup=alt.unknown&post=gone&map=moon&k=1e9")

    expect(page.get_by_role("alert")).to_contain_text("is not in the corpus")
    expect(page.locator("#results .post")).to_have_count(N_RESULTS)
    expect_shown(page, N_POSTS)


# ---- several visitors


def test_visitors_do_not_see_each_others_selections(journey: Page, other: Page, address: str) -> None:
    open_page(other, address)
    filter_by_newsgroup(journey, "sci.space")
    expect_shown(journey, PER_NEWSGROUP)

    ask(other, QUESTION)

    expect(other.locator("#results .post")).to_have_count(N_RESULTS)
    expect_shown(other, N_POSTS)
    expect(journey.locator("#results .post")).to_have_count(0)
