"""Verification: a sound store has no faults, and each fault that is named is found where it was made."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chromadb.api.models.Collection import Collection

from ingest.embedding_cache import CACHE, EmbeddingCache
from ingest.errors import UserError
from ingest.progress import Silent
from ingest.store import Record, StoredCollection
from ingest.store.connection import NEVER, ONCE_SEALED
from ingest.verification import Verdict, verify
from tests.stores import MANIFEST, NAME, Site, fill, half_circle, leave_mark, make_post, many_posts, records_of, seal

N_POSTS = 30
POSTS = many_posts(N_POSTS)
OTHER = replace(MANIFEST, corpus="other")


@pytest.fixture
def sound(site: Site) -> Site:
    """A sound store of two collections."""
    return site.fill(POSTS, half_circle(N_POSTS)).fill([make_post(0)], half_circle(1), OTHER)


@pytest.fixture
def in_folder(path: Path) -> Site:
    """A sound store of one collection, all of it in its folder."""
    return Site(path).fill(POSTS, half_circle(N_POSTS))


def verdicts_on(site: Site, corpus: str | None = None) -> list[Verdict]:
    with site.open() as store:
        return verify(store, corpus, Silent())


def faults_in(site: Site) -> list[str]:
    (verdict,) = verdicts_on(site, "small")
    return verdict.faults


def tamper_with_cache(site: Site, statement: str, *parameters: bytes) -> None:
    with closing(sqlite3.connect(site.path / CACHE)) as connection, connection:
        connection.execute(statement, parameters)


def hash_of(row: int) -> bytes:
    return bytes.fromhex(records_of(POSTS)[row].sent_hash)


def test_a_sound_store_has_no_faults(sound: Site) -> None:
    assert verdicts_on(sound) == [Verdict(OTHER.collection, 1, 2, []), Verdict(NAME, N_POSTS, 2, [])]


def test_one_corpus_can_be_verified_alone(sound: Site) -> None:
    assert [verdict.collection for verdict in verdicts_on(sound, "other")] == [OTHER.collection]


def test_an_index_that_was_being_written_is_a_fault(in_folder: Site) -> None:
    leave_mark(in_folder.path, NAME)
    assert faults_in(in_folder) == ["its index was being written when the process ended: mend it with --rebuild"]


def stop(collection: StoredCollection) -> None:
    collection.mark_sealed(complete=False)


@pytest.mark.parametrize("end", [StoredCollection.mark_unsealed, stop], ids=["killed", "stopped"])
def test_an_ingest_that_was_not_finished_is_a_fault(sound: Site, end: Callable[[StoredCollection], None]) -> None:
    sound.tamper(end)
    assert faults_in(sound) == ["its ingest was not finished: run the same ingest again"]


def test_the_vectors_of_an_ingest_that_was_stopped_are_verified_too(sound: Site) -> None:
    sound.tamper(stop)
    tamper_with_cache(sound, "DELETE FROM embeddings WHERE text_sha256 = ?", hash_of(3))
    assert faults_in(sound) == [
        "its ingest was not finished: run the same ingest again",
        "vectors missing in the embedding cache: 1",
    ]


def test_where_there_is_nothing_to_verify_that_is_told(site: Site) -> None:
    with pytest.raises(UserError, match=r"^There is nothing to verify: the store .* has no collection\.$"):
        verdicts_on(site)


def test_a_corpus_that_the_store_does_not_have_is_told(sound: Site) -> None:
    with pytest.raises(UserError, match=r"^There is nothing to verify: the store .* has no corpus unknown\.$"):
        verdicts_on(sound, "unknown")


def test_without_the_embedding_cache_nothing_is_called_sound(sound: Site) -> None:
    (sound.path / CACHE).unlink()
    with pytest.raises(
        UserError, match=r"^The embedding cache of .* is gone: put the file embeddings\.sqlite3 back\.$"
    ):
        verdicts_on(sound)
    assert not (sound.path / CACHE).exists()


def test_posts_that_are_gone_are_a_fault(sound: Site) -> None:
    sound.tamper(lambda collection: collection.delete([POSTS[7].id]))
    assert faults_in(sound) == [
        "it holds 29 posts, and its manifest says 30",
        "its posts are not those that its manifest was made for",
    ]


def test_that_others_delete_a_post_meanwhile_is_told(sound: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    count = Collection.count

    def count_once_others_have_deleted(chroma: Collection) -> int:
        chroma.delete(ids=[POSTS[7].id])
        return count(chroma)

    monkeypatch.setattr(Collection, "count", count_once_others_have_deleted)
    (fault,) = faults_in(sound)
    assert fault.startswith(f"{NAME} was written to while it was read")


def test_a_post_that_was_changed_is_a_fault(sound: Site) -> None:
    changed = records_of([replace(POSTS[7], subject="changed")])
    sound.tamper(lambda collection: collection.upsert(changed, half_circle(N_POSTS)[7:8]))
    assert faults_in(sound) == ["its posts are not those that its manifest was made for"]


def test_a_text_that_is_not_what_was_hashed_is_a_fault(sound: Site) -> None:
    def change_text(collection: StoredCollection) -> None:
        with collection._reach() as chroma:
            chroma.update(POSTS[7].id, half_circle(N_POSTS)[7], documents="changed")

    sound.tamper(change_text)
    assert faults_in(sound) == ["the hash of a post is not that of its content"]


def test_a_vector_that_differs_from_the_caches_is_a_fault(sound: Site) -> None:
    north_for_east = half_circle(3)[1:2]
    sound.tamper(lambda collection: collection.upsert(records_of(POSTS[:1]), north_for_east))
    assert faults_in(sound) == ["vectors that differ from the embedding cache's: 1"]


def test_a_vector_that_is_not_in_the_cache_is_a_fault(sound: Site) -> None:
    tamper_with_cache(sound, "DELETE FROM embeddings WHERE text_sha256 IN (?, ?)", hash_of(3), hash_of(4))
    assert faults_in(sound) == ["vectors missing in the embedding cache: 2"]


def test_a_cached_vector_that_was_changed_is_a_fault(sound: Site) -> None:
    west = half_circle(2)[1].tobytes()
    tamper_with_cache(sound, "UPDATE embeddings SET vector = ? WHERE text_sha256 = ?", west, hash_of(0))
    assert faults_in(sound) == ["vectors that differ from the embedding cache's: 1"]


def test_vectors_of_other_dimensions_than_the_manifests_are_a_fault(site: Site) -> None:
    manifest = replace(MANIFEST, dimensions=3)
    site.path.mkdir()
    EmbeddingCache(site.path / CACHE).close()
    with site.connected() as connection:
        connection.create(manifest, NEVER)
        collection = connection.collection(manifest.collection)
        collection.upsert(records_of(POSTS), half_circle(N_POSTS))
        collection.mark_sealed(complete=True)
    assert faults_in(site) == ["vectors of 2 dimensions instead of 3: 30"]


def test_a_vector_without_a_direction_is_a_fault(sound: Site) -> None:
    sound.tamper(lambda collection: collection.upsert(records_of(POSTS[:1]), np.zeros((1, 2), np.float32)))
    assert faults_in(sound) == ["vectors not of unit length: 1", "vectors that differ from the embedding cache's: 1"]


def test_a_vector_that_is_not_finite_is_a_fault(in_folder: Site) -> None:
    # Chroma refuses to be given one, but would keep one that came with a damaged disk.
    damaged = np.array([np.nan, 1.0], np.float32).tobytes()
    with closing(sqlite3.connect(in_folder.path / "chroma" / "chroma.sqlite3")) as connection, connection:
        connection.execute("UPDATE embeddings_queue SET vector = ? WHERE id = ?", (damaged, POSTS[7].id))
    assert faults_in(in_folder) == ["vectors that are not finite: 1"]


def test_a_record_of_another_text_is_a_fault_of_that_collection_alone(sound: Site) -> None:
    moved = [Record(POSTS[0], records_of(POSTS)[1].sent_hash)]
    sound.tamper(lambda collection: collection.upsert(moved, half_circle(N_POSTS)[:1]))
    assert [bool(verdict.faults) for verdict in verdicts_on(sound)] == [False, True]


def lose_neighbors(path: Path, dimensions: int) -> None:
    """Make all points of a sealed index strangers to each other: in hnswlib's file each begins with its links."""
    (index,) = path.rglob("data_level0.bin")
    links, vector, label = 4 + 2 * 16 * 4, dimensions * 4, 8
    points = bytearray(index.read_bytes())
    size = links + vector + label
    for start in range(0, len(points) - size + 1, size):
        points[start : start + links] = bytes(links)
    index.write_bytes(points)


def test_an_index_that_does_not_find_what_it_holds_is_a_fault(path: Path) -> None:
    n_posts, dimensions = ONCE_SEALED + 200, 32
    rows = np.random.default_rng(0).normal(size=(n_posts, dimensions)).astype(np.float32)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    manifest = replace(MANIFEST, dimensions=dimensions)
    fill(path, many_posts(n_posts), unit, manifest)
    seal(path, n_posts, manifest)
    assert faults_in(Site(path)) == []
    lose_neighbors(path, dimensions)
    (fault,) = faults_in(Site(path))
    assert re.fullmatch(r"its index finds only \d of 20 posts by their own vectors: mend it with --rebuild", fault)


def test_an_index_that_chroma_cannot_use_is_a_fault(path: Path) -> None:
    n_posts = ONCE_SEALED + 200
    seal(fill(path, many_posts(n_posts), half_circle(n_posts)), n_posts)
    (index,) = path.rglob("data_level0.bin")
    index.unlink()
    (fault,) = faults_in(Site(path))
    assert fault.startswith(f"Chroma cannot use {NAME} (")
    assert "`python -m ingest --rebuild`" in fault
