"""Kills: whatever ends an ingest, or the process that writes for it, the next one completes it and pays for little."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from numpy import float32
from numpy.typing import NDArray

from ingest import changes
from ingest.cleaning import Cleaning
from ingest.embedders import TaskType
from ingest.job import StoppedIngestError, Summary, holds_posts, ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Advance, Progress, Silent, ignore
from ingest.store import Store, wait_until_free
from ingest.store.connection import ONCE_SEALED
from ingest.store.sealing import Sealing
from tests.processes import ROOT, kill_writers, signal_writers, wait_until
from tests.stores import MANIFEST, faults_of, fill, many_posts, seal
from tests.word_embedder import BATCH, WordEmbedder

SILENT = Silent()
ONE = Order(task_types=(TaskType.CLUSTERING,))
# No post has quotes to strip, but a collection knows how it was cleaned.
ANEW = replace(ONE, cleaning=Cleaning(("quotes",)), replace=True)
NAME = "small.word-counts.7.clustering"
FEW = many_posts(5 * BATCH)
# So many that Chroma writes an index.
MANY = many_posts(ONCE_SEALED + 500)

# Ingests into the store named first, noting what is embedded in the file named second, and is killed in the third.
INGEST_AND_DIE = """
import sys
from pathlib import Path
from tests.test_kills import KilledIn, NotingEmbedder, Store, run

with Store(Path(sys.argv[1]), create=True) as store:
    run(store, NotingEmbedder(Path(sys.argv[2])), progress=KilledIn(sys.argv[3], store.chroma))
"""


class NotingEmbedder(WordEmbedder):
    """Notes each text that it embeds in a file, which survives a kill."""

    def __init__(self, notes: Path) -> None:
        super().__init__()
        self._notes = notes

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[float32]:
        with self._notes.open("a") as file:
            file.writelines(f"{text}\n" for text in texts)
        return super().embed(texts, task_type)


class KilledIn:
    """Kills its own process at the first progress in a stage; in that of sealing, at its beginning or in its middle."""

    def __init__(self, stage: str, folder: Path) -> None:
        self._stage, _, self._moment = stage.partition(" ")
        self._folder = folder

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        if name == self._stage and self._moment == "begins":
            die()
        if name == self._stage and self._moment == "marks":
            once_marked(self._folder, die)
        yield self._advance_and_die if name == self._stage else ignore

    def _advance_and_die(self, n_done: int, standing: str = "") -> None:
        die()


class WriterKilledAtAnIndex:
    """Kills the process that writes as soon as marks say that it writes an index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        if name == "write":
            once_marked(self._folder, kill_writers)
        yield ignore


class WriterEndedBy:
    """Ends the process that writes by a signal, once it has written the first page."""

    def __init__(self, by: signal.Signals) -> None:
        self._by = by

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        yield self._end_writers if name == "write" else ignore

    def _end_writers(self, n_done: int, standing: str = "") -> None:
        signal_writers(self._by)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def once_marked(folder: Path, then: Callable[[], None]) -> None:
    """Do something in a thread of its own as soon as an index is being written."""

    def watch() -> None:
        wait_until(lambda: bool(Sealing(folder).damaged()))
        then()

    threading.Thread(target=watch, daemon=True).start()


def run(
    store: Store,
    embedder: WordEmbedder,
    posts: Sequence[Post] = FEW,
    progress: Progress = SILENT,
    order: Order = ONE,
) -> Summary:
    corpus = Corpus("small", "memory", list(posts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "PAGE", BATCH if posts is FEW else changes.PAGE)
        return ingest(corpus, order, embedder, store, progress)


def ingest_and_die(path: Path, notes: Path, stage: str) -> None:
    command = [sys.executable, "-c", INGEST_AND_DIE, str(path), str(notes), stage]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    wait_until_free(path)


@pytest.mark.parametrize("stage", ["embed", "write", "seal begins"])
def test_after_a_kill_the_next_run_completes_the_collection_and_embeds_little_twice(
    path: Path, tmp_path: Path, stage: str
) -> None:
    notes = tmp_path / "notes"
    ingest_and_die(path, notes, stage)
    with Store(path) as store:
        was_held = holds_posts(store, "small")
        run(store, NotingEmbedder(notes))
        assert (was_held, holds_posts(store, "small")) == (False, True)
        assert store.collection(NAME).posts() == FEW
        assert faults_of(store) == [[]]
    n_times = Counter(notes.read_text().splitlines())
    assert set(n_times) == {post.text for post in FEW}
    assert sum(n_times.values()) - len(FEW) <= BATCH * WordEmbedder.n_at_once


def test_a_sealing_goes_on_to_its_end_when_the_ingest_is_killed(path: Path, tmp_path: Path) -> None:
    ingest_and_die(path, tmp_path / "notes", "seal marks")
    with Store(path) as store:
        assert (store.damaged(), holds_posts(store, "small")) == ([], True)
        assert store.collection(NAME).posts() == FEW
        assert faults_of(store) == [[]]


@pytest.fixture(scope="module")
def damaged_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose writer was killed while it wrote an index; a test that changes it copies it first."""
    path = tmp_path_factory.mktemp("damaged") / "store"
    with Store(path, create=True) as store, pytest.raises(StoppedIngestError, match="its process ended with status -9"):
        run(store, WordEmbedder(), MANY, WriterKilledAtAnIndex(store.chroma))
    return path


@pytest.fixture
def damaged(damaged_folder: Path, path: Path) -> Iterator[Store]:
    with Store(shutil.copytree(damaged_folder, path)) as store:
        yield store


def test_the_marks_of_a_writer_that_was_killed_stay(damaged: Store) -> None:
    assert damaged.damaged() == [NAME]
    assert faults_of(damaged) == [["its index was being written when the process ended: mend it with --rebuild"]]


def test_the_next_ingest_makes_the_index_anew_and_embeds_nothing(damaged: Store) -> None:
    embedder = WordEmbedder()
    summary = run(damaged, embedder, MANY)
    assert (summary.n_damaged, summary.n_embedded, embedder.embedded) == (1, 0, [])
    assert damaged.collection(NAME).posts() == MANY
    assert faults_of(damaged) == [[]]


def test_posts_that_were_written_and_that_the_next_ingest_does_not_name_are_kept(damaged: Store) -> None:
    new = Post("train/a/new", "a", "train", "", "goal")
    run(damaged, WordEmbedder(), [new])
    held = damaged.collection(NAME).posts()
    # The kill came with the last page.
    assert set(MANY[: 2 * changes.PAGE]) < set(held)
    assert held[-1] == new


@pytest.mark.parametrize(("by", "n_damaged"), [(signal.SIGKILL, 0), (signal.SIGSEGV, 1)])
def test_after_a_writer_that_crashed_and_was_not_just_killed_all_is_made_anew(
    store: Store, by: signal.Signals, n_damaged: int
) -> None:
    with pytest.raises(StoppedIngestError) as stopped:
        run(store, WordEmbedder(), progress=WriterEndedBy(by))
    summary = run(store, WordEmbedder())
    assert stopped.value.summary.n_written == BATCH
    assert (summary.n_damaged, summary.n_written, summary.n_embedded) == (n_damaged, len(FEW) - BATCH, 0)
    assert store.collection(NAME).posts() == FEW
    assert faults_of(store) == [[]]


@pytest.fixture(scope="module")
def whole_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a complete collection and its index; a test that changes it copies it first."""
    manifest = replace(MANIFEST, dimensions=WordEmbedder.dimensions, cleaning=str(Cleaning()))
    vectors = WordEmbedder().embed([post.text for post in MANY], TaskType.CLUSTERING)
    path = fill(tmp_path_factory.mktemp("whole") / "store", MANY, vectors, manifest)
    seal(path, len(MANY), manifest)
    return path


def test_an_index_that_has_lost_a_file_is_made_anew_by_the_next_ingest(whole_folder: Path, path: Path) -> None:
    (index,) = shutil.copytree(whole_folder, path).rglob("header.bin")
    index.unlink()
    with Store(path) as store:
        summary = run(store, WordEmbedder(), MANY)
        assert (summary.n_damaged, summary.n_embedded, summary.n_written) == (1, 0, 0)
        assert faults_of(store) == [[]]


@pytest.fixture
def struck_while_made_anew(whole_folder: Path, path: Path) -> Iterator[Store]:
    """A store whose writer was killed while it wrote the index of what was to replace a collection."""
    with Store(shutil.copytree(whole_folder, path)) as store:
        with pytest.raises(StoppedIngestError, match="its process ended with status -9"):
            run(store, WordEmbedder(), MANY, WriterKilledAtAnIndex(store.chroma), ANEW)
        yield store


def test_what_a_kill_keeps_from_being_replaced_stays_as_it_was(struck_while_made_anew: Store) -> None:
    (manifest,) = struck_while_made_anew.manifests()
    assert (manifest.cleaning, manifest.complete) == (str(Cleaning()), True)
    assert (struck_while_made_anew.damaged(), faults_of(struck_while_made_anew)) == ([], [[]])


def test_what_a_kill_kept_from_being_replaced_is_replaced_by_the_next_ingest(struck_while_made_anew: Store) -> None:
    summary = run(struck_while_made_anew, WordEmbedder(), MANY, order=ANEW)
    (manifest,) = struck_while_made_anew.manifests()
    assert (manifest.cleaning, summary.n_written, summary.n_embedded) == (str(ANEW.cleaning), len(MANY), 0)
    assert faults_of(struck_while_made_anew) == [[]]
