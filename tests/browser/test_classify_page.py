"""The page that classifies, in a real browser: training as it goes, its report, and the ways from it to the posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from explorer.explorer import Explorer
from explorer.training import MODELS, Epoch, Lesson, Progress
from tests.browser.page_driver import SECONDS, chips_of

WAIT = 60 * SECONDS


@pytest.fixture
def classifying(page: Page, address: str, explorer: Explorer) -> Page:
    """The page, opened at what both models have learned."""
    for model in MODELS:
        explorer.classify(model)
    page.goto(f"{address}?tab=classify")
    expect(page.locator("#report .matrix")).to_be_visible(timeout=WAIT)
    return page


def train(page: Page) -> None:
    page.get_by_role("button", name="Train", exact=True).click()


def first_column(page: Page) -> list[str]:
    return page.locator("#report .scores tbody tr td:first-child").all_inner_texts()


@pytest.fixture
def halting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Halt each training after its second epoch until this happens."""
    go_on = Event()
    model = MODELS["network"]

    def halted(progress: Progress) -> Callable[[Epoch], None]:
        n_told = iter(range(100))

        def tell(epoch: Epoch) -> None:
            progress(epoch)
            if next(n_told) == 1:
                go_on.wait(60)

        return tell

    def train(lesson: Lesson, seed: int, progress: Progress) -> object:
        return model.train(lesson, seed, halted(progress))

    monkeypatch.setitem(MODELS, "network", replace(model, train=train))  # type: ignore[arg-type]
    yield go_on
    go_on.set()


def test_a_training_is_drawn_as_it_goes_and_then_reported(page: Page, address: str, halting: Event) -> None:
    page.goto(f"{address}?tab=classify&training-seed=1")
    expect(page.locator("#training .status")).to_have_text("This model is not trained yet: press Train.", timeout=WAIT)
    train(page)

    expect(page.locator("#training .status")).to_have_text("Learning, epoch 3 of at most 20 …", timeout=WAIT)
    expect(page.locator("#training .chart")).to_have_count(2)
    expect(page.locator("#training .chart").first.locator("circle")).to_have_count(2)
    halting.set()
    expect(page.locator("#report .matrix tbody tr")).to_have_count(20, timeout=WAIT)
    expect(page.locator("#training .accuracies .figure")).to_have_count(3, timeout=WAIT)


def test_a_training_is_canceled_when_its_epoch_is_over(page: Page, address: str, halting: Event) -> None:
    page.goto(f"{address}?tab=classify&training-seed=2")
    expect(page.locator("#training .status")).not_to_be_empty(timeout=WAIT)
    train(page)
    expect(page.locator("#training .status")).to_contain_text("epoch 3", timeout=WAIT)

    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#training .status")).to_have_text("Canceling when epoch 3 is over …")
    halting.set()

    expect(page.locator("#training .status")).to_have_text(
        "Stopped after epoch 2: press Train to begin anew.", timeout=WAIT
    )
    expect(page.locator("#report .matrix")).to_have_count(0)


def test_whoever_comes_back_follows_the_training_further(page: Page, address: str, halting: Event) -> None:
    page.goto(f"{address}?tab=classify&training-seed=3")
    expect(page.locator("#training .status")).not_to_be_empty(timeout=WAIT)
    train(page)
    expect(page.locator("#training .status")).to_contain_text("epoch 3", timeout=WAIT)

    page.get_by_role("tab", name="Evaluate").click()
    page.get_by_role("tab", name="Classify").click()
    halting.set()

    expect(page.locator("#report .matrix tbody tr")).to_have_count(20, timeout=WAIT)


def test_both_models_are_side_by_side_with_the_baselines(classifying: Page) -> None:
    expect(classifying.locator("#training .accuracies .title")).to_have_text(
        ["Neural network", "Logistic regression", "TF-IDF and logistic regression", "Majority class"]
    )
    expect(classifying.locator("#training .accuracies .figure")).to_have_count(4)
    expect(classifying.locator("#report .scores th")).to_have_text(
        ["Newsgroup", "Precision", "Recall", "F1", "F1, logistic regression", "Posts"]
    )


def test_another_model_is_shown_and_the_address_says_so(classifying: Page) -> None:
    classifying.get_by_label("Logistic regression").check()

    expect(classifying.locator("#training .status")).to_contain_text("it has no epochs")
    classifying.wait_for_function("location.search.includes('classifier=logistic')")


def test_scores_are_sorted_by_a_column_and_then_the_other_way_round(classifying: Page) -> None:
    by_f1 = classifying.locator("#report .scores").get_by_role("button", name="F1", exact=True)
    assert first_column(classifying) == sorted(first_column(classifying))

    by_f1.click()
    expect(classifying.locator("#report .scores th").nth(3)).to_have_attribute("aria-sort", "ascending")
    rising = classifying.locator("#report .scores tbody td:nth-child(4)").all_inner_texts()
    by_f1.click()
    falling = classifying.locator("#report .scores tbody td:nth-child(4)").all_inner_texts()

    assert rising == sorted(rising, key=float)
    assert falling == sorted(falling, key=float, reverse=True)


def test_an_epoch_is_told_under_the_pointer(classifying: Page) -> None:
    chart = classifying.locator("#training .chart svg").first
    chart.hover(position={"x": 40, "y": 40})

    expect(classifying.locator("#training .pointed")).to_contain_text("Epoch 1: loss")


def test_a_cell_leads_to_its_posts_on_the_map(classifying: Page) -> None:
    row = classifying.locator("#report .matrix tbody tr", has_text="sci.med")
    counts = row.locator(".cell").all_inner_texts()
    most = max(range(len(counts)), key=lambda at: int(counts[at] or 0))
    row.locator(".cell").nth(most).click()

    expect(classifying.locator("#chips .count")).to_have_text(f"{counts[most]} of 340 posts", timeout=WAIT)
    assert [chip.split("\n")[0] for chip in chips_of(classifying)] == [
        "newsgroup: sci.med",
        "taken for sci.med by the neural network",
    ]
    classifying.go_back()
    expect(classifying.locator("#report .matrix")).to_be_visible()


def test_a_mistake_is_opened_in_the_reader(classifying: Page) -> None:
    mistake = classifying.locator("#report .mistakes .open").first
    subject = mistake.inner_text()
    mistake.click()

    expect(classifying.get_by_role("tab", name="Explore")).to_have_attribute("aria-selected", "true")
    expect(classifying.locator("#reader article")).to_contain_text(subject)


def test_a_text_is_labeled_with_the_best_five_and_with_all_on_demand(classifying: Page) -> None:
    classifying.get_by_label("Label a text").fill("The goalie stopped every puck of the overtime.")
    classifying.get_by_role("button", name="Label", exact=True).click()

    guesses = classifying.locator("#guesses li")
    expect(guesses).to_have_count(5, timeout=WAIT)
    expect(guesses.first).to_contain_text("rec.sport.hockey")
    classifying.get_by_role("button", name="All 20").click()
    expect(guesses).to_have_count(20)


def test_an_empty_text_is_refused_in_a_line(classifying: Page) -> None:
    classifying.get_by_role("button", name="Label", exact=True).click()

    expect(classifying.locator("#guesses .none")).to_have_text("There is nothing to label: type a text.")
