"""Rebuilding: collections made anew from the cache are what they were, and a kill in between loses nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import chromadb
import numpy as np
import pytest

from ingest.embedding_cache import CACHE, EmbeddingCache
from ingest.errors import UserError
from ingest.progress import Silent
from ingest.store import Manifest, Opening, Store, StoredCollection
from ingest.store.connection import ONCE_SEALED
from ingest.store.rebuilding import OURS, exchange, new_of, old_of, settle
from tests.stores import (
    MANIFEST,
    NAME,
    Site,
    faults_of,
    fill,
    half_circle,
    leave_mark,
    make_post,
    many_posts,
    records_of,
    seal,
    tamper,
)

N_POSTS = ONCE_SEALED + 200
UNFINISHED = replace(MANIFEST, corpus="unfinished")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed store with an index on disk, and an unfinished collection beside it."""
    path = fill(tmp_path_factory.mktemp("sealed") / "store", many_posts(N_POSTS), half_circle(N_POSTS))
    fill(path, [make_post(0)], half_circle(1), UNFINISHED)
    tamper(path, lambda collection: collection.mark_sealed(complete=False), UNFINISHED.collection)
    seal(path, N_POSTS)
    return path


@pytest.fixture
def copied(sealed: Path, path: Path) -> Path:
    return shutil.copytree(sealed, path)


@pytest.fixture
def held(sealed: Path, site: Site) -> Site:
    """The same collections, in both places."""
    if site.url is None:
        shutil.copytree(sealed, site.path)
        return site
    site.fill(many_posts(N_POSTS), half_circle(N_POSTS)).fill([make_post(0)], half_circle(1), UNFINISHED)
    site.tamper(lambda collection: collection.mark_sealed(complete=False), UNFINISHED.collection)
    return site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where Chroma's files would be; the tests of exchanges put a word there instead."""
    return tmp_path / "chroma"


def hold(folder: Path, word: str) -> None:
    folder.mkdir(parents=True)
    (folder / "word").write_text(word)


def held_in(folder: Path) -> dict[str, str]:
    """Return the words of all folders beside a folder, by their names."""
    return {word.parent.name: word.read_text() for word in folder.parent.rglob("word")}


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def manifests_and_posts(site: Site) -> list[tuple[Manifest, list[str]]]:
    with site.open() as store:
        collections = [store.collection(manifest.collection) for manifest in store.manifests()]
        return [(collection.manifest, [post.id for post in collection.posts()]) for collection in collections]


def rebuild(site: Site) -> None:
    with site.open() as store:
        store.rebuild(Silent())


def forget_an_embedding(path: Path, text: str) -> None:
    """Leave a cache that has all embeddings but one."""
    posts = [post for post in many_posts(N_POSTS) if post.text != text]
    (path / CACHE).unlink()
    with closing(EmbeddingCache(path / CACHE)) as cache:
        cache.put(MANIFEST.space, [post.text for post in posts], half_circle(len(posts)))


def test_an_exchange_puts_the_new_in_the_place_of_the_old(folder: Path) -> None:
    hold(folder, "old")
    hold(new_of(folder), "new")
    exchange(folder)
    assert held_in(folder) == {"chroma": "new"}


def test_a_half_made_folder_is_deleted(folder: Path) -> None:
    hold(folder, "old")
    hold(new_of(folder), "half")
    settle(folder)
    assert held_in(folder) == {"chroma": "old"}


def test_a_kill_between_the_two_renames_of_an_exchange_is_settled(folder: Path) -> None:
    hold(old_of(folder), "old")
    hold(new_of(folder), "new")
    settle(folder)
    assert held_in(folder) == {"chroma": "new"}


def test_a_kill_after_both_renames_leaves_the_new(folder: Path) -> None:
    hold(old_of(folder), "old")
    hold(folder, "new")
    settle(folder)
    assert held_in(folder) == {"chroma": "new"}


def test_where_the_new_is_gone_the_old_is_put_back(folder: Path) -> None:
    hold(old_of(folder), "old")
    settle(folder)
    assert held_in(folder) == {"chroma": "old"}


@pytest.mark.parametrize("name", ["chroma.old", "chroma.new", "chroma.backup"])
def test_a_folder_that_somebody_has_moved_aside_is_left_alone(folder: Path, name: str) -> None:
    hold(folder, "only")
    hold(folder.with_name(name), "theirs")
    settle(folder)
    assert held_in(folder) == {"chroma": "only", name: "theirs"}


def test_where_no_exchange_was_cut_short_nothing_changes(folder: Path) -> None:
    hold(folder, "only")
    settle(folder)
    assert held_in(folder) == {"chroma": "only"}


def test_opening_a_store_settles_an_exchange(copied: Path) -> None:
    before = manifests_and_posts(Site(copied))
    old_of(copied / "chroma").mkdir(parents=True)
    (copied / "chroma").rename(new_of(copied / "chroma"))
    assert manifests_and_posts(Site(copied)) == before
    assert {folder.name for folder in copied.iterdir() if folder.is_dir()} == {"chroma"}


def test_opening_a_store_deletes_what_a_rebuilding_that_was_killed_had_made(copied: Path) -> None:
    before = manifests_and_posts(Site(copied))
    fill(copied / "elsewhere", [make_post(0)], half_circle(1))
    new_of(copied / "chroma").parent.mkdir()
    (copied / "elsewhere" / "chroma").rename(new_of(copied / "chroma"))
    assert manifests_and_posts(Site(copied)) == before
    assert not new_of(copied / "chroma").exists()


def test_rebuilt_collections_have_their_posts_order_fingerprint_and_state(held: Site) -> None:
    before = manifests_and_posts(held)
    rebuild(held)
    assert manifests_and_posts(held) == before
    assert [(manifest.complete, manifest.n_posts) for manifest, _ in before] == [(True, N_POSTS), (False, 1)]
    assert held.names_in_chroma() == [NAME, UNFINISHED.collection]


def test_what_an_ingest_that_was_killed_had_written_is_counted_and_incomplete_once_rebuilt(copied: Path) -> None:
    tamper(copied, StoredCollection.mark_unsealed)
    rebuild(Site(copied))
    manifest, ids = manifests_and_posts(Site(copied))[0]
    assert (manifest.complete, manifest.n_posts, ids) == (False, N_POSTS, [post.id for post in many_posts(N_POSTS)])


def test_rebuilt_vectors_are_those_of_the_cache(held: Site) -> None:
    held.tamper(lambda collection: collection.upsert(records_of(many_posts(9)), np.zeros((9, 2), np.float32)))
    rebuild(held)
    with held.open() as store:
        np.testing.assert_allclose(store.collection(NAME).vectors(), half_circle(N_POSTS), atol=1e-6)


def test_rebuilding_gives_disk_space_back(copied: Path) -> None:
    tamper(copied, lambda collection: collection.delete([post.id for post in many_posts(N_POSTS)[3:]]))
    before = size_of(copied / "chroma")
    rebuild(Site(copied))
    assert size_of(copied / "chroma") < before / 3
    assert {folder.name for folder in copied.iterdir() if folder.is_dir()} == {"chroma"}


def test_a_damaged_collection_is_complete_and_sound_once_rebuilt(copied: Path) -> None:
    leave_mark(copied, NAME)
    rebuild(Site(copied))
    with Store(copied) as store:
        assert (store.damaged(), store.collection(NAME).manifest.complete) == ([], True)
        assert faults_of(store)[0] == []


def cut_off(index: Path) -> None:
    os.truncate(index / "data_level0.bin", 1_000)


def empty_links(index: Path) -> None:
    os.truncate(index / "link_lists.bin", 0)


def remove_header(index: Path) -> None:
    (index / "header.bin").unlink()


def cut_off_names(index: Path) -> None:
    os.truncate(index / "index_metadata.pickle", 100)


@pytest.mark.parametrize("damage", [cut_off, empty_links, remove_header, cut_off_names])
def test_whatever_is_left_of_an_index_the_collection_can_be_rebuilt(
    copied: Path, damage: Callable[[Path], None]
) -> None:
    (names,) = (copied / "chroma").rglob("index_metadata.pickle")
    damage(names.parent)
    leave_mark(copied, NAME)
    rebuild(Site(copied))
    with Store(copied) as store:
        assert store.collection(NAME).posts() == many_posts(N_POSTS)


def test_without_all_embeddings_rebuilding_is_refused_and_leaves_everything_as_it_was(held: Site) -> None:
    forget_an_embedding(held.path, many_posts(1)[0].text)
    before = manifests_and_posts(held)
    with held.open() as store, pytest.raises(UserError) as caught:
        store.rebuild(Silent())
    assert str(caught.value) == (
        f"{NAME} cannot be made anew, since the embedding cache lacks embeddings (1): "
        "put the store's file embeddings.sqlite3 back, or delete the collections (where they are in the store: its "
        "folder chroma) and ingest again, which embeds them."
    )
    assert manifests_and_posts(held) == before
    assert held.names_in_chroma() == [NAME, UNFINISHED.collection]
    assert not (held.path / OURS).exists()


def test_after_a_rebuilding_that_was_refused_the_store_can_be_used(held: Site) -> None:
    forget_an_embedding(held.path, many_posts(1)[0].text)
    with held.open() as store:
        with pytest.raises(UserError, match="lacks embeddings"):
            store.rebuild(Silent())
        assert store.collection(NAME).count() == N_POSTS


def test_what_a_rebuilding_that_was_refused_had_made_is_not_taken_up_by_the_next(held: Site) -> None:
    forget_an_embedding(held.path, many_posts(N_POSTS)[-1].text)
    with held.open() as store:
        with pytest.raises(UserError, match="lacks embeddings"):
            store.rebuild(Silent())
        lacking = [many_posts(N_POSTS)[-1].text, make_post(0).text]
        store.cache.put(MANIFEST.space, lacking, half_circle(2))
        store.rebuild(Silent())
        assert store.collection(NAME).posts() == many_posts(N_POSTS)
        assert faults_of(store)[0] == []


def test_an_empty_store_can_be_rebuilt(site: Site) -> None:
    with site.open() as store:
        store.rebuild(Silent())
        assert store.manifests() == []


def test_a_rebuilt_collection_can_be_added_to(held: Site) -> None:
    rebuild(held)
    with held.writing(Opening(MANIFEST)) as writer:
        writer.upsert(NAME, records_of([make_post(1)]), half_circle(1))
        writer.seal([NAME], {NAME: N_POSTS + 1})
    with held.open() as store:
        assert store.collection(NAME).posts() == [*many_posts(N_POSTS), make_post(1)]


@pytest.fixture
def shared(copied: Path) -> Path:
    """The folder of a store in which others have a collection too."""
    with closing(chromadb.PersistentClient(copied / "chroma")) as client:  # type: ignore[type-var]
        client.create_collection("theirs", embedding_function=None)
    return copied


def test_where_others_have_collections_too_rebuilding_is_refused(shared: Path) -> None:
    with Store(shared) as store, pytest.raises(UserError) as caught:
        store.rebuild(Silent())
    assert str(caught.value) == (
        "The store also has collections that this project did not make (theirs), and cannot make anew: "
        "move them to a folder of their own, then run the same command again."
    )


def test_a_rebuilding_that_is_refused_because_of_others_leaves_all_collections(shared: Path) -> None:
    before = manifests_and_posts(Site(shared))
    with pytest.raises(UserError):
        rebuild(Site(shared))
    assert manifests_and_posts(Site(shared)) == before
    with closing(chromadb.PersistentClient(shared / "chroma")) as client:  # type: ignore[type-var]
        assert "theirs" in [collection.name for collection in client.list_collections()]
