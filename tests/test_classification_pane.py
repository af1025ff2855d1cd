"""The classification's pane: what the page is told of what the nine posts teach, and of corpora that teach nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer.app.classification_pane import guesses_of, lesson_of, report_of, training_of, training_shown
from explorer.app.screen import Screen
from explorer.app.trainings import CANCELING, LEARNING, MEASURING, OVER, State
from explorer.app.view import CLASSIFY, FIRST
from explorer.training import Epoch
from ingest.errors import UserError
from ingest.posts import Corpus, Post
from tests.conftest import make_corpus
from tests.explorers import fill
from tests.screens import screen_of
from tests.word_embedder import WordEmbedder

NETWORK = replace(FIRST, page=CLASSIFY)
LOGISTIC = replace(NETWORK, classifier="logistic")
EPOCHS = (Epoch(2.0, 0.25, 2.0, 0.25), Epoch(1.0, 0.5, 1.5, 0.5))


@pytest.fixture
def screen(filled: Path, tmp_path: Path) -> Iterator[Screen]:
    with screen_of(filled, tmp_path / "store") as screen:
        yield screen


@pytest.fixture
def trained(screen: Screen) -> Screen:
    screen.explorer.classify("logistic")
    return screen


def values_of(training: dict[str, Any]) -> dict[str, float | None]:
    return {bar["title"]: bar["value"] for bar in training["accuracies"]}


def test_it_is_said_what_is_learned_from(screen: Screen) -> None:
    assert lesson_of(screen, NETWORK) == (
        "Trains on 6 posts and tests on 3, split by their subsets, train and test. "
        "CLASSIFICATION vectors are not stored, so CLUSTERING vectors are used."
    )


def test_until_something_is_trained_there_is_no_report_and_nothing_to_compare(screen: Screen) -> None:
    training = training_of(screen, NETWORK)

    assert training["status"] == "This model is not trained yet: press Train."
    assert (training["accuracies"], training["epochs"], training["can_cancel"]) == ([], [], False)
    assert report_of(screen, NETWORK) is None


@pytest.mark.parametrize(
    ("state", "status", "can_cancel"),
    [
        (State(LEARNING), "Learning, epoch 1 of at most 20 …", True),
        (State(LEARNING, EPOCHS), "Learning, epoch 3 of at most 20 …", True),
        (State(CANCELING, EPOCHS), "Canceling when epoch 3 is over …", False),
        (State(MEASURING, EPOCHS), "Measuring what the words alone achieve …", False),
        (State(OVER, EPOCHS), "Stopped after epoch 2: press Train to begin anew.", False),
    ],
    ids=lambda value: value.stage if isinstance(value, State) else None,
)
def test_every_stage_is_told(screen: Screen, state: State, status: str, can_cancel: bool) -> None:
    training = training_of(screen, NETWORK, state)

    assert (training["status"], training["can_cancel"]) == (status, can_cancel)


def test_epochs_are_drawn_as_they_go(screen: Screen) -> None:
    training = training_of(screen, NETWORK, State(LEARNING, EPOCHS))

    assert training["epochs"] == [
        {"loss": [2.0, 2.0], "accuracy": [0.25, 0.25]},
        {"loss": [1.0, 1.5], "accuracy": [0.5, 0.5]},
    ]
    assert (training["best"], training["most_epochs"]) == (1, 20)


def test_logistic_regression_has_no_epochs_to_cancel_between(screen: Screen) -> None:
    training = training_of(screen, LOGISTIC, State(LEARNING))

    assert (training["status"], training["can_cancel"]) == ("Learning, in one go …", False)


def test_accuracies_are_compared_with_the_baselines_and_the_other_model(trained: Screen) -> None:
    found = trained.explorer.classify("logistic")

    assert values_of(training_of(trained, LOGISTIC)) == {
        "Neural network": None,
        "Logistic regression": found.accuracy,
        "TF-IDF and logistic regression": found.baselines[1].accuracy,
        "Majority class": pytest.approx(1 / 3),
    }


def test_while_the_words_are_measured_their_bar_says_so(screen: Screen) -> None:
    screen.explorer.classifiers.learn("logistic", 0)

    bars = training_of(screen, LOGISTIC, State(MEASURING))["accuracies"]

    assert [bar["none"] for bar in bars if bar["title"].startswith("TF-IDF")] == ["being measured …"]


def test_the_report_has_the_other_models_scores_beside_once_both_are_trained(trained: Screen) -> None:
    alone = report_of(trained, LOGISTIC)
    trained.explorer.classify("network")
    both = report_of(trained, LOGISTIC)

    assert alone is not None
    assert both is not None
    assert (alone["others"], both["others"]) == ([], ["Neural network"])
    assert {len(row["figures"]) for row in alone["scores"]} == {3}
    assert {len(row["figures"]) for row in both["scores"]} == {4}


def test_rows_of_the_matrix_are_all_tested_posts_of_a_newsgroup(trained: Screen) -> None:
    report = report_of(trained, LOGISTIC)

    assert report is not None
    assert report["matrix"]["rows"] == ["rec.sport.hockey", "sci.crypt", "sci.space"]
    assert [sum(row) for row in report["matrix"]["counts"]] == [1, 1, 1]


def test_a_mistake_names_its_post(trained: Screen) -> None:
    report = report_of(trained, LOGISTIC)

    assert report is not None
    assert len(report["mistakes"]) == report["n_mistakes"]
    for mistake in report["mistakes"]:
        assert trained.explorer.post(mistake["id"]).newsgroup == mistake["actual"]["newsgroup"]
        assert mistake["actual"] != mistake["predicted"]


def test_a_text_is_labeled_with_every_newsgroup_the_most_probable_first(trained: Screen) -> None:
    answer = guesses_of(trained, LOGISTIC, "orbit rocket")

    probabilities = [guess["probability"] for guess in answer["guesses"]]
    assert answer["title"] == "Logistic regression"
    assert answer["guesses"][0]["newsgroup"] == "sci.space"
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1)


@pytest.mark.parametrize(
    ("view", "text", "refusal"),
    [
        (NETWORK, "orbit", "The neural network is not trained yet: press Train, then label the text."),
        (LOGISTIC, " \n", "There is nothing to label: type a text."),
    ],
    ids=["untrained", "empty"],
)
def test_what_cannot_be_labeled_is_refused(trained: Screen, view: Any, text: str, refusal: str) -> None:
    with pytest.raises(UserError) as refused:
        guesses_of(trained, view, text)

    assert str(refused.value) == refusal


def posts_of(newsgroup: str) -> list[Post]:
    return [post for post in make_corpus().posts if post.newsgroup == newsgroup]


@pytest.mark.parametrize(
    ("posts", "refusal"),
    [
        (
            posts_of("sci.space"),
            "All posts to learn from are of 'sci.space', and a classifier needs two newsgroups: ingest more.",
        ),
        (
            [post for post in make_corpus().posts if post.subset == "train"],
            "No post is of the test subset, and a classifier needs both: ingest with --subset all.",
        ),
        (
            [replace(post, newsgroup="") for post in make_corpus().posts],
            "No post has a newsgroup, and a classifier learns those: ingest a source with labels.",
        ),
    ],
    ids=["one newsgroup", "one subset", "no newsgroups"],
)
def test_a_corpus_that_teaches_nothing_is_told_in_one_line(posts: list[Post], refusal: str, tmp_path: Path) -> None:
    store = fill(tmp_path / "store", Corpus("small", "memory", posts), WordEmbedder())

    with screen_of(store, tmp_path / "copy") as screen:
        shown, report = training_shown(screen, NETWORK), report_of(screen, NETWORK)

    assert shown == {"training": None, "none": refusal}
    assert report is None


def test_posts_without_subsets_are_split_by_lot(tmp_path: Path) -> None:
    posts = [replace(post, subset="") for post in make_corpus().posts]
    store = fill(tmp_path / "store", Corpus("small", "memory", posts), WordEmbedder())

    with screen_of(store, tmp_path / "copy") as screen:
        assert lesson_of(screen, NETWORK).startswith(
            "Trains on 6 posts and tests on 3, split by lot, seed 0: a fifth of each newsgroup is for the test."
        )
