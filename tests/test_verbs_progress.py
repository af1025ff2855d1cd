"""How far verbs are: what takes long advances its bar while it goes on, and fills it when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from explorer.app.corpora import Corpora
from explorer.app.lending import OpenLibrary, OpenScreens
from explorer.plan import Plan
from explorer.projection import METHODS, FloatMatrix, pca
from explorer.shares import Progress
from explorer.surroundings import Parameters, Surroundings
from explorer.verbs import VERBS
from explorer.verbs.asking import OwnLibrary
from explorer.verbs.parsing import parse
from explorer.verbs.wire import Sender
from ingest.progress import PERCENT, Advance, in_percent
from ingest.store import Store
from tests.commands import fill
from tests.conftest import make_corpus


class Listening:
    """Keeps each stage's total, how much was done at each word, and the last word on how things stand."""

    def __init__(self) -> None:
        self.totals: dict[str, int | None] = {}
        self.counts: dict[str, list[int]] = {}
        self.standing = ""

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        self.totals[name], self.counts[name] = total, [0]

        def advance(n_done: int, standing: str = "") -> None:
            self.counts[name].append(self.counts[name][-1] + n_done)
            self.standing = standing

        yield advance

    def say(self, line: str) -> None:
        """Take no notice."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nine posts, to which no test adds any."""
    return fill(tmp_path_factory.mktemp("progress") / "store", make_corpus())


def heard(folder: Path, verb: str, *arguments: str) -> Listening:
    """Answer a verb in this process, and return what was heard of it meanwhile."""
    answer, listening = VERBS[verb].answer, Listening()
    assert answer
    answer(OwnLibrary(), parse([verb, *arguments, "--store", str(folder)]), listening)
    return listening


def test_a_map_advances_its_bar_from_little_to_the_whole(folder: Path) -> None:
    name = "tsne of 9 posts, percent"
    listening = heard(folder, "project", "--method", "tsne")

    counts = listening.counts[name]
    assert listening.totals[name] == PERCENT
    assert len(set(counts)) > 10
    assert counts == sorted(counts)
    assert counts[-1] == PERCENT


def test_the_bar_of_a_map_that_was_there_before_is_whole_at_once(folder: Path, tmp_path: Path) -> None:
    heard(folder, "project", "--method", "pca")
    listening = heard(folder, "export", str(tmp_path / "posts.csv"), "--map", "pca")

    assert listening.counts["pca of 9 posts, percent"] == [0, PERCENT]


def test_the_app_tells_whoever_asks_for_a_map_how_far_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_told = Event()

    def project(around: Surroundings, parameters: Parameters, seed: int, progress: Progress | None) -> FloatMatrix:
        assert progress
        progress(0.5)
        assert is_told.wait(30)
        return pca(around, parameters, seed)

    monkeypatch.setitem(METHODS, "tsne", replace(METHODS["tsne"], project=project))
    with Store(folder) as store:
        library = OpenLibrary(OpenScreens(Corpora(store)), Sender(lambda _: None))
        with library.explorer(parse(["project"]), Listening()) as explorer:
            library.project(explorer, Plan("tsne", 7), lambda done: is_told.set() if done == 0.5 else None)

    assert is_told.is_set()


def test_every_number_of_clusters_that_is_judged_advances_the_bar(folder: Path) -> None:
    listening = heard(folder, "cluster", "--suggest-k", "2-5")

    assert listening.totals == {"compare clusterings of 9 posts": 4}
    assert listening.counts == {"compare clusterings of 9 posts": [0, 1, 2, 3, 4]}


def test_every_epoch_says_how_well_it_does(folder: Path) -> None:
    listening = heard(folder, "classify")

    (counts,) = listening.counts.values()
    assert len(counts) > 3
    assert listening.standing.startswith("validation accuracy ")


def test_shares_advance_by_what_has_been_done_since() -> None:
    advanced: list[int] = []
    tell = in_percent(lambda n_done, standing="": advanced.append(n_done))

    for done in (0.1, 0.25, 0.2, 1.0):
        tell(done)

    assert advanced == [10, 15, 0, 75]
