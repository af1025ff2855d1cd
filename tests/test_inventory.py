"""The inventory, and what deleting a corpus and writing to a store leave of it."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import UserError
from ingest.inventory import COMPLETE, DAMAGED, UNFINISHED, holdings_of, megabytes, n_bytes_in, take_inventory
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus
from ingest.progress import Silent
from ingest.store import Store, lock
from ingest.store.index_folders import index_folders
from ingest.store.sealing import Sealing
from tests.conftest import make_corpus
from tests.stores import Site
from tests.word_embedder import WordEmbedder

CLUSTERING, DOCUMENTS = "small.word-counts.7.clustering", "small.word-counts.7.retrieval-document"


@pytest.fixture
def small(filled: Path, site: Site) -> Site:
    """A store of nine posts."""
    if site.url is None:
        shutil.copytree(filled, site.path)
        return site
    ingest_into(site, make_corpus())
    return site


@pytest.fixture
def both(small: Site) -> Site:
    """A store of two corpora of nine posts each, of the same texts."""
    ingest_into(small, make_corpus("other"))
    return small


def ingest_into(site: Site, corpus: Corpus) -> WordEmbedder:
    """Ingest, and return what embedded."""
    embedder = WordEmbedder()
    with site.open() as store:
        ingest(corpus, Order(), embedder, store, Silent())
    return embedder


def states_of(store: Store) -> dict[str, str]:
    return {each.manifest.collection: each.state for each in holdings_of(store)}


def test_every_collection_is_listed_with_its_state(small: Site) -> None:
    with small.open() as store:
        store.collection(CLUSTERING).mark_unsealed()

        assert states_of(store) == {CLUSTERING: UNFINISHED, DOCUMENTS: COMPLETE}


def test_a_collection_whose_index_was_being_written_is_damaged(folder: Path) -> None:
    with Store(folder) as store:
        Sealing(store.chroma).distrust([DOCUMENTS])

        assert states_of(store) == {CLUSTERING: COMPLETE, DOCUMENTS: DAMAGED}


def test_what_lies_on_disk_is_measured(folder: Path) -> None:
    with Store(folder) as store:
        found = take_inventory(store)
        folders = index_folders(store.chroma)

        assert found.n_cached == 9  # the texts of nine posts, embedded once for both task types
        assert found.n_chroma_bytes > (store.chroma / "chroma.sqlite3").stat().st_size > 0
        assert found.n_bytes == found.n_chroma_bytes + found.n_cache_bytes + found.n_derived_bytes
        assert [each.n_bytes for each in found.holdings] == [
            n_bytes_in(folders[each.manifest.collection]) for each in found.holdings
        ]


@pytest.mark.parametrize(
    ("n_bytes", "told"), [(None, ""), (0, "0.0 MB"), (1_234_567, "1.2 MB"), (1_234_567_890, "1,235 MB")]
)
def test_sizes_are_told_in_megabytes(n_bytes: int | None, told: str) -> None:
    assert megabytes(n_bytes) == told


def test_what_lies_on_a_server_is_not_measured(chroma_url: str, path: Path) -> None:
    site = Site(path, chroma_url)
    ingest_into(site, make_corpus())
    with site.open() as store:
        found = take_inventory(store)

        assert (found.n_cached, found.n_chroma_bytes, found.n_bytes) == (9, 0, found.n_cache_bytes)
        assert [each.n_bytes for each in found.holdings] == [None, None]


def test_a_deleted_corpus_leaves_the_others_and_every_embedding(both: Site) -> None:
    with both.open() as store:
        folders = index_folders(store.chroma)
        deleted = store.delete("small")

        assert deleted == [CLUSTERING, DOCUMENTS]
        assert {each.corpus for each in store.manifests()} == {"other"}
        assert take_inventory(store).n_cached == 9
        assert not [name for name in deleted if name in folders and folders[name].exists()]
    with both.open() as store:
        assert store.collection("other.word-counts.7.clustering").count() == 9


def test_a_deleted_corpus_can_be_ingested_again_without_embedding_anything(small: Site) -> None:
    with small.open() as store:
        store.delete("small")

    assert ingest_into(small, make_corpus()).texts == []


def test_what_is_not_there_cannot_be_deleted(small: Site) -> None:
    with small.open() as store, pytest.raises(UserError, match="no corpus 'large' to delete"):
        store.delete("large")


def test_nothing_is_deleted_while_another_thread_writes(small: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 0.1)
    with small.open() as store, ThreadPoolExecutor(1) as thread:
        with store.reserved(), pytest.raises(UserError, match="is being written to: wait until that has ended"):
            thread.submit(store.delete, "small").result()

        assert thread.submit(store.delete, "small").result() == [CLUSTERING, DOCUMENTS]


class TestWhileAnotherProcessWrites:
    def test_collections_that_were_open_are_reached_again_afterwards(self, folder: Path) -> None:
        with Store(folder) as store:
            collection = store.collection(CLUSTERING)
            with store.writing(Silent()):
                assert store.is_written
                with pytest.raises(UserError, match="is being written to: wait until that has ended"):
                    collection.count()

            assert not store.is_written
            assert collection.count() == 9

    def test_a_collection_whose_posts_have_changed_is_not_taken_for_what_it_was(self, folder: Path) -> None:
        with Store(folder) as store:
            collection = store.collection(CLUSTERING)
            changed = store.collection(CLUSTERING)
            changed._write_manifest(replace(changed.manifest, fingerprint="another"))
            with store.writing(Silent()):
                pass

            with pytest.raises(UserError, match="The posts of small have changed since they were opened"):
                collection.vectors()

    def test_after_it_is_closed_nothing_opens_it_again(self, folder: Path) -> None:
        with Store(folder) as store:
            collection = store.collection(CLUSTERING)

        with pytest.raises(UserError, match="is closed"):
            collection.count()
