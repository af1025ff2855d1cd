"""Verification: a sound store has no faults, and each fault that is named is found where it was made."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding_cache import CACHE, EmbeddingCache
from ingest.errors import UserError
from ingest.progress import Silent
from ingest.store import Record, Store, StoredCollection
from ingest.store.connection import NEVER, ONCE_SEALED, Connection
from ingest.store.embedded import Embedded
from ingest.verification import Verdict, verify
from tests.stores import (
    MANIFEST,
    NAME,
    fill,
    half_circle,
    leave_mark,
    make_post,
    many_posts,
    records_of,
    seal,
    tamper,
)

N_POSTS = 30
POSTS = many_posts(N_POSTS)
OTHER = replace(MANIFEST, corpus="other")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound store of two collections; a test that changes it copies it first."""
    path = fill(tmp_path_factory.mktemp("sound") / "store", POSTS, half_circle(N_POSTS))
    return fill(path, [make_post(0)], half_circle(1), OTHER)


@pytest.fixture
def sound(made: Path, path: Path) -> Path:
    return shutil.copytree(made, path)


def verdicts_on(path: Path, corpus: str | None = None) -> list[Verdict]:
    with Store(path) as store:
        return verify(store, corpus, Silent())


def faults_in(path: Path) -> list[str]:
    (verdict,) = verdicts_on(path, "small")
    return verdict.faults


def tamper_with_cache(path: Path, statement: str, *parameters: bytes) -> None:
    with closing(sqlite3.connect(path / CACHE)) as connection, connection:
        connection.execute(statement, parameters)


def hash_of(row: int) -> bytes:
    return bytes.fromhex(records_of(POSTS)[row].sent_hash)


def test_a_sound_store_has_no_faults(sound: Path) -> None:
    assert verdicts_on(sound) == [Verdict(OTHER.collection, 1, 2, []), Verdict(NAME, N_POSTS, 2, [])]


def test_one_corpus_can_be_verified_alone(sound: Path) -> None:
    assert [verdict.collection for verdict in verdicts_on(sound, "other")] == [OTHER.collection]


def test_an_index_that_was_being_written_is_a_fault(sound: Path) -> None:
    leave_mark(sound, NAME)
    assert faults_in(sound) == ["its index was being written when the process ended: mend it with --rebuild"]


def stop(collection: StoredCollection) -> None:
    collection.mark_sealed(complete=False)


@pytest.mark.parametrize("end", [StoredCollection.mark_unsealed, stop], ids=["killed", "stopped"])
def test_an_ingest_that_was_not_finished_is_a_fault(sound: Path, end: Callable[[StoredCollection], None]) -> None:
    tamper(sound, end)
    assert faults_in(sound) == ["its ingest was not finished: run the same ingest again"]


def test_the_vectors_of_an_ingest_that_was_stopped_are_verified_too(sound: Path) -> None:
    tamper(sound, stop)
    tamper_with_cache(sound, "DELETE FROM embeddings WHERE text_sha256 = ?", hash_of(3))
    assert faults_in(sound) == [
        "its ingest was not finished: run the same ingest again",
        "vectors missing in the embedding cache: 1",
    ]


def test_where_there_is_nothing_to_verify_that_is_told(store: Store) -> None:
    with pytest.raises(UserError, match=r"^There is nothing to verify: the store .* has no collection\.$"):
        verify(store, None, Silent())


def test_a_corpus_that_the_store_does_not_have_is_told(sound: Path) -> None:
    with pytest.raises(UserError, match=r"^There is nothing to verify: the store .* has no corpus unknown\.$"):
        verdicts_on(sound, "unknown")


def test_without_the_embedding_cache_nothing_is_called_sound(sound: Path) -> None:
    (sound / CACHE).unlink()
    with pytest.raises(
        UserError, match=r"^The embedding cache of .* is gone: put the file embeddings\.sqlite3 back\.$"
    ):
        verdicts_on(sound)
    assert not (sound / CACHE).exists()


def test_posts_that_are_gone_are_a_fault(sound: Path) -> None:
    tamper(sound, lambda collection: collection.delete([POSTS[7].id]))
    assert faults_in(sound) == [
        "it holds 29 posts, and its manifest says 30",
        "its posts are not those that its manifest was made for",
    ]


def test_a_post_that_was_changed_is_a_fault(sound: Path) -> None:
    changed = records_of([replace(POSTS[7], subject="changed")])
    tamper(sound, lambda collection: collection.upsert(changed, half_circle(N_POSTS)[7:8]))
    assert faults_in(sound) == ["its posts are not those that its manifest was made for"]


def test_a_text_that_is_not_what_was_hashed_is_a_fault(sound: Path) -> None:
    def change_text(collection: StoredCollection) -> None:
        with collection._reach() as chroma:
            chroma.update(POSTS[7].id, half_circle(N_POSTS)[7], documents="changed")

    tamper(sound, change_text)
    assert faults_in(sound) == ["the hash of a post is not that of its content"]


def test_a_vector_that_differs_from_the_caches_is_a_fault(sound: Path) -> None:
    north_for_east = half_circle(3)[1:2]
    tamper(sound, lambda collection: collection.upsert(records_of(POSTS[:1]), north_for_east))
    assert faults_in(sound) == ["vectors that differ from the embedding cache's: 1"]


def test_a_vector_that_is_not_in_the_cache_is_a_fault(sound: Path) -> None:
    tamper_with_cache(sound, "DELETE FROM embeddings WHERE text_sha256 IN (?, ?)", hash_of(3), hash_of(4))
    assert faults_in(sound) == ["vectors missing in the embedding cache: 2"]


def test_a_cached_vector_that_was_changed_is_a_fault(sound: Path) -> None:
    west = half_circle(2)[1].tobytes()
    tamper_with_cache(sound, "UPDATE embeddings SET vector = ? WHERE text_sha256 = ?", west, hash_of(0))
    assert faults_in(sound) == ["vectors that differ from the embedding cache's: 1"]


def test_vectors_of_other_dimensions_than_the_manifests_are_a_fault(path: Path) -> None:
    manifest = replace(MANIFEST, dimensions=3)
    path.mkdir()
    EmbeddingCache(path / CACHE).close()
    with closing(Connection(Embedded(path / "chroma"))) as connection:
        connection.create(manifest, NEVER)
        collection = connection.collection(manifest.collection)
        collection.upsert(records_of(POSTS), half_circle(N_POSTS))
        collection.mark_sealed(complete=True)
    assert faults_in(path) == ["vectors of 2 dimensions instead of 3: 30"]


def test_a_vector_without_a_direction_is_a_fault(sound: Path) -> None:
    tamper(sound, lambda collection: collection.upsert(records_of(POSTS[:1]), np.zeros((1, 2), np.float32)))
    assert faults_in(sound) == ["vectors not of unit length: 1", "vectors that differ from the embedding cache's: 1"]


def test_a_vector_that_is_not_finite_is_a_fault(sound: Path) -> None:
    # Chroma refuses to be given one, but would keep one that came with a damaged disk.
    damaged = np.array([np.nan, 1.0], np.float32).tobytes()
    with closing(sqlite3.connect(sound / "chroma" / "chroma.sqlite3")) as connection, connection:
        connection.execute("UPDATE embeddings_queue SET vector = ? WHERE id = ?", (damaged, POSTS[7].id))
    assert faults_in(sound) == ["vectors that are not finite: 1"]


def test_a_record_of_another_text_is_a_fault_of_that_collection_alone(sound: Path) -> None:
    moved = [Record(POSTS[0], records_of(POSTS)[1].sent_hash)]
    tamper(sound, lambda collection: collection.upsert(moved, half_circle(N_POSTS)[:1]))
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
    assert faults_in(path) == []
    lose_neighbors(path, dimensions)
    (fault,) = faults_in(path)
    assert re.fullmatch(r"its index finds only \d of 20 posts by their own vectors: mend it with --rebuild", fault)


def test_an_index_that_chroma_cannot_use_is_a_fault(path: Path) -> None:
    n_posts = ONCE_SEALED + 200
    seal(fill(path, many_posts(n_posts), half_circle(n_posts)), n_posts)
    (index,) = path.rglob("data_level0.bin")
    index.unlink()
    (fault,) = faults_in(path)
    assert fault.startswith(f"Chroma cannot use {NAME} (")
    assert "`python -m ingest --rebuild`" in fault
