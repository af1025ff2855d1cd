"""An explorer gives the same answers wherever the collections are, and computes nothing twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer import Explorer
from explorer.filters import Filters
from ingest.embedders import TaskType
from ingest.job import ingest
from ingest.order import Order
from ingest.progress import Silent
from tests.conftest import make_corpus
from tests.explorers import ORBIT, ids_of
from tests.stores import Site
from tests.word_embedder import WordEmbedder


@pytest.fixture
def filled_site(filled: Path, site: Site) -> Site:
    """A store with nine posts."""
    if site.url is None:
        shutil.copytree(filled, site.path)
        return site
    with site.open() as store:
        ingest(make_corpus(), Order(), WordEmbedder(), store, Silent())
    return site


@pytest.fixture
def explorer(filled_site: Site, embedder: WordEmbedder) -> Iterator[Explorer]:
    with Explorer.open(filled_site.path, chroma_url=filled_site.url) as explorer:
        yield explorer


def test_posts_and_vectors_are_those_that_were_ingested(explorer: Explorer) -> None:
    posts = make_corpus().posts
    assert explorer.posts == posts
    expected = WordEmbedder().embed([post.text for post in posts], TaskType.CLUSTERING)
    np.testing.assert_allclose(explorer.vectors(), expected, atol=1e-6)


def test_a_question_finds_what_is_nearest_to_it(explorer: Explorer) -> None:
    found = explorer.search("orbit", 3)
    assert {hit.post.id: pytest.approx(hit.similarity, abs=1e-6) for hit in found} == ORBIT
    assert ids_of(explorer.search("orbit", 3, filters=Filters(subset="test")))[0] == "test/sci.space/2"
    assert ids_of(explorer.search("puck", 1, mode="keywords")) == ["test/rec.sport.hockey/2"]


def test_a_post_has_its_neighbors(explorer: Explorer) -> None:
    assert ids_of(explorer.similar("test/sci.space/2", 2)) == ["train/sci.space/0", "train/sci.space/1"]


def test_posts_of_a_subject_are_one_cluster(explorer: Explorer) -> None:
    labels = explorer.cluster(3).labels.reshape(3, 3)
    assert (labels == labels[:, :1]).all()
    assert len(set(labels[:, 0])) == 3


def test_what_was_computed_once_serves_the_next_session(explorer: Explorer, filled_site: Site) -> None:
    before = explorer.project("pca").coordinates
    explorer.close()
    kept = written_in(filled_site.path / "derived")
    with Explorer.open(filled_site.path, chroma_url=filled_site.url) as again:
        np.testing.assert_array_equal(again.project("pca").coordinates, before)
    assert kept
    assert written_in(filled_site.path / "derived") == kept


def written_in(folder: Path) -> dict[Path, int]:
    """Return when each file was last written."""
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}
