"""Classifiers of a corpus: learned once and kept by all that they depend on; words are measured once for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import Explorer, baselines, classifiers
from explorer.classifiers import Classifiers
from explorer.splitting import split_posts
from explorer.training import MODELS, Epoch
from ingest.embedders import TaskType
from ingest.errors import UserError
from tests.screens import screen_of


@pytest.fixture
def explorer(filled: Path, tmp_path: Path) -> Iterator[Explorer]:
    """The nine posts in a store of this test's own."""
    with screen_of(filled, tmp_path / "store") as screen:
        yield screen.explorer


@pytest.fixture
def nine(explorer: Explorer) -> Classifiers:
    return explorer.classifiers


def kept(explorer: Explorer, kind: str) -> list[Path]:
    return sorted(explorer._holdings.store.derived.glob(f"{kind}-*"))


def test_nothing_is_found_before_it_was_learned(nine: Classifiers) -> None:
    assert nine.found("network", 0) is None


def test_what_was_learned_is_found(nine: Classifiers) -> None:
    learned = nine.classify("logistic", 0)

    found = nine.found("logistic", 0)
    assert found is not None
    assert (found.accuracy, found.baselines) == (learned.accuracy, learned.baselines)


def test_until_the_words_are_measured_there_is_the_majority_alone(nine: Classifiers) -> None:
    nine.learn("logistic", 0)

    found = nine.found("logistic", 0)
    assert found is not None
    assert [baseline.name for baseline in found.baselines] == ["majority class"]


def test_the_words_are_measured_once_for_all_models_and_seeds(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = []

    def noting(*posts: object) -> baselines.Baseline:
        measured.append(posts)
        return baselines.Baseline(baselines.TEXT_BASELINE, 0.5)

    monkeypatch.setattr(classifiers, "text_baseline", noting)

    found = [explorer.classify(model, seed=seed) for model in MODELS for seed in (0, 1)]

    assert len(measured) == 1
    assert {each.baselines[1].accuracy for each in found} == {0.5}
    assert len(kept(explorer, "text-baseline")) == 1
    assert len(kept(explorer, "classification")) == 4


def test_a_second_session_learns_nothing_again(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    explorer.classify("network")
    monkeypatch.setattr(classifiers, "classify", None)

    again = Explorer(explorer._holdings.store, explorer._holdings.manifests)

    assert again.classify("network").epochs == explorer.classify("network").epochs


def test_what_is_canceled_is_not_kept(explorer: Explorer) -> None:
    def cancel(_: Epoch) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explorer.classify("network", progress=cancel)

    assert kept(explorer, "classification") == []


def test_the_oldest_of_many_classifiers_is_forgotten_but_kept(nine: Classifiers) -> None:
    for seed in range(classifiers.MOST_REMEMBERED + 1):
        nine.learn("logistic", seed)

    assert len(nine._remembered) == classifiers.MOST_REMEMBERED
    assert nine.found("logistic", 0) is not None


def test_an_empty_text_is_not_labeled(nine: Classifiers) -> None:
    with pytest.raises(UserError, match=r"^There is nothing to label: type a text\.$"):
        nine.label(" ", "logistic", 0)


def test_it_tells_what_its_vectors_were_made_for(nine: Classifiers) -> None:
    assert nine.task_type in (TaskType.CLUSTERING, TaskType.RETRIEVAL_DOCUMENT)


def test_a_split_by_lot_depends_on_its_seed_and_one_by_subsets_does_not() -> None:
    names = ["a", "b"] * 10

    def recipes(subsets: list[str]) -> list[object]:
        return [split_posts(names, subsets, seed).recipe for seed in (0, 1)]

    by_lot, by_subset = recipes([""] * 20), recipes((["train"] * 10) + (["test"] * 10))
    assert by_lot[0] != by_lot[1]
    assert by_subset[0] == by_subset[1]
