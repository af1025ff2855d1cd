"""A collection: its records, the order of its rows, the neighbors it finds, and its fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.embedding_cache import sha256_of
from ingest.errors import WrittenMeanwhileError
from ingest.store import Quotas, Record, StoredCollection, fingerprint
from ingest.store.connection import NEVER, Connection
from ingest.store.embedded import Embedded
from ingest.store.server import Server
from tests.stores import (
    EAST,
    MANIFEST,
    NAME,
    NORTH,
    NORTHEAST,
    WEST,
    half_circle,
    make_post,
    many_posts,
    put,
    records_of,
    row,
)

PAGE = Quotas().records_read


@pytest.fixture
def connection(tmp_path: Path, anywhere: str | None) -> Iterator[Connection]:
    with closing(Connection(Server(anywhere) if anywhere else Embedded(tmp_path))) as connection:
        connection.create(MANIFEST, NEVER)
        yield connection


@pytest.fixture
def collection(connection: Connection) -> StoredCollection:
    """A collection without posts."""
    return connection.collection(NAME)


@pytest.fixture
def four_directions(collection: StoredCollection) -> StoredCollection:
    """East and north are for training, west and northeast for testing; north is about hockey."""
    posts = [
        make_post(0, text="a rocket"),
        make_post(1, newsgroup="rec.sport.hockey", text="a puck"),
        make_post(2, subset="test", text="an orbit"),
        make_post(3, subset="test", text="a Rocket"),
    ]
    put(collection, posts, [EAST, NORTH, WEST, NORTHEAST])
    return collection


def metadata_of(connection: Connection) -> Any:
    """Return what Chroma has beside the one post."""
    with connection.collection(NAME)._reach() as chroma:
        (metadata,) = chroma.get()["metadatas"] or []
    return metadata


def test_rows_are_in_the_order_of_first_writing(collection: StoredCollection) -> None:
    third, first, second = (make_post(number) for number in (3, 1, 2))
    put(collection, [third, first, second], [EAST, NORTH, WEST])
    changed = replace(third, text="changed")
    put(collection, [second, changed], [NORTH, NORTH])
    assert collection.posts() == [changed, first, second]
    assert list(collection.content_hashes().items()) == [
        (record.post.id, record.content_hash) for record in records_of([changed, first, second])
    ]
    np.testing.assert_array_equal(collection.vectors(), [NORTH, NORTH, NORTH])


def test_vectors_have_the_shape_and_type_promised(four_directions: StoredCollection) -> None:
    vectors, vector = four_directions.vectors(), four_directions.vector("train/sci.space/0")
    assert (vectors.shape, vectors.dtype, vector.shape, vector.dtype) == ((4, 2), np.float32, (2,), np.float32)


def test_a_collection_without_posts_has_vectors_without_rows(collection: StoredCollection) -> None:
    assert collection.vectors().shape == (0, 2)
    assert collection.posts() == []


def test_more_posts_than_a_page_are_read_in_order(collection: StoredCollection) -> None:
    posts, vectors = many_posts(2 * PAGE + 1), half_circle(2 * PAGE + 1)
    collection.upsert(records_of(posts), vectors)
    assert collection.posts() == posts
    np.testing.assert_allclose(collection.vectors(), vectors, atol=1e-6)
    assert [len(page) for page in collection.records()] == [PAGE, PAGE, 1]
    assert [record for page in collection.records() for record in page] == records_of(posts)


def test_one_post_is_found_by_its_id(four_directions: StoredCollection) -> None:
    assert four_directions.post("test/sci.space/2") == make_post(2, subset="test", text="an orbit")


def test_an_unknown_id_is_no_post(four_directions: StoredCollection) -> None:
    assert four_directions.post("test/sci.space/99") is None


def test_who_asks_for_the_vector_of_a_post_that_others_have_deleted_is_told(four_directions: StoredCollection) -> None:
    four_directions.delete(["train/sci.space/0"])
    with pytest.raises(WrittenMeanwhileError, match=f"^{NAME} was written to while it was read, .*: open it again"):
        four_directions.vector("train/sci.space/0")


def test_deleted_posts_are_gone(four_directions: StoredCollection) -> None:
    four_directions.delete(["train/sci.space/0", "test/sci.space/2"])
    assert [post.id for post in four_directions.posts()] == ["train/rec.sport.hockey/1", "test/sci.space/3"]


def test_more_posts_than_a_page_are_deleted(collection: StoredCollection) -> None:
    posts = many_posts(PAGE + 2)
    collection.upsert(records_of(posts), half_circle(len(posts)))
    collection.delete([post.id for post in posts[1:]])
    assert collection.posts() == posts[:1]


def test_a_record_carries_what_the_contract_names(connection: Connection, collection: StoredCollection) -> None:
    put(collection, [replace(make_post(0, text="a rocket"), truncated=True)], [EAST])
    sent_hash = sha256_of("a rocket")
    assert metadata_of(connection) == {
        "newsgroup": "sci.space",
        "subset": "train",
        "subject": "Re: 0",
        "n_characters": 8,
        "content_hash": sha256_of(f"sci.space\ntrain\nRe: 0\nTrue\na rocket\n{sent_hash}"),
        "sent_hash": sent_hash,
        "truncated": True,
    }


@pytest.mark.parametrize(
    "changed",
    [
        Record(make_post(0, text="changed"), "sent"),
        Record(make_post(0, newsgroup="changed"), "sent"),
        Record(make_post(0, subset="changed"), "sent"),
        Record(replace(make_post(0), subject="changed"), "sent"),
        Record(replace(make_post(0), truncated=True), "sent"),
        Record(make_post(0), "changed"),
    ],
    ids=["text", "newsgroup", "subset", "subject", "truncated", "text as sent"],
)
def test_a_content_hash_changes_with_what_is_stored(changed: Record) -> None:
    assert changed.content_hash != Record(make_post(0), "sent").content_hash


def test_similarity_is_the_cosine_whatever_the_lengths(four_directions: StoredCollection) -> None:
    found = four_directions.nearest(row(5, 0), 4)
    assert [(neighbor.post.id, pytest.approx(neighbor.similarity, abs=1e-6)) for neighbor in found] == [
        ("train/sci.space/0", 1.0),
        ("test/sci.space/3", 0.5**0.5),
        ("train/rec.sport.hockey/1", 0.0),
        ("test/sci.space/2", -1.0),
    ]


def test_similarity_is_never_outside_its_bounds(collection: StoredCollection) -> None:
    angles = np.linspace(0, 2 * np.pi, 101)
    directions = np.column_stack([np.cos(angles), np.sin(angles)])
    put(collection, [make_post(number) for number in range(101)], directions.tolist())
    found = [neighbor for vector in collection.vectors() for neighbor in collection.nearest(vector, 101)]
    similarities = [neighbor.similarity for neighbor in found]
    assert min(similarities) == pytest.approx(-1.0)
    assert min(similarities) >= -1.0
    assert max(similarities) == 1.0


def test_no_more_neighbors_come_than_were_asked_for(four_directions: StoredCollection) -> None:
    assert len(four_directions.nearest(row(*EAST), 2)) == 2


def test_what_is_not_there_is_no_neighbor(collection: StoredCollection) -> None:
    assert collection.nearest(row(*EAST), 2) == []


def test_what_is_sealed_is_described_by_its_manifest(connection: Connection, four_directions: StoredCollection) -> None:
    four_directions.mark_sealed(complete=True)
    (manifest,) = connection.manifests()
    assert (manifest.complete, manifest.n_posts) == (True, 4)
    assert manifest.fingerprint == fingerprint(four_directions.content_hashes())


def test_what_an_ingest_that_was_stopped_has_stored_is_sealed_as_incomplete(
    connection: Connection, four_directions: StoredCollection
) -> None:
    four_directions.mark_sealed(complete=True)
    complete = connection.manifests()[0]
    four_directions.mark_sealed(complete=False)
    assert connection.manifests() == [replace(complete, complete=False)]


def test_while_a_collection_is_written_to_its_manifest_says_nothing_of_what_it_holds(
    connection: Connection, four_directions: StoredCollection
) -> None:
    four_directions.mark_sealed(complete=True)
    four_directions.mark_unsealed()
    assert connection.manifests() == [replace(MANIFEST, complete=False, n_posts=0, fingerprint="")]


@pytest.mark.parametrize("change", ["text", "order", "removal"])
def test_the_fingerprint_changes_with_the_posts(four_directions: StoredCollection, change: str) -> None:
    four_directions.mark_sealed(complete=True)
    before = four_directions.manifest.fingerprint
    if change == "text":
        put(four_directions, [make_post(0, text="changed")], [EAST])
    if change == "order":
        four_directions.delete(["train/sci.space/0"])
        put(four_directions, [make_post(0, text="a rocket")], [EAST])
    if change == "removal":
        four_directions.delete(["train/sci.space/0"])
    four_directions.mark_sealed(complete=True)
    assert four_directions.manifest.fingerprint != before
