"""A collection: its records, the order of its rows, the neighbors it finds, and its fingerprint."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ingest.embedding_cache import content_hash
from ingest.store import Filters, Store, StoredCollection
from ingest.store.collection import PAGE, post_hash
from ingest.store.store import connect
from tests.stores import EAST, MANIFEST, NAME, NORTH, NORTHEAST, WEST, fill, ids_of, make_post, row


@pytest.fixture
def four_directions(store: Store) -> StoredCollection:
    """East and north are for training, west and northeast for testing; north is about hockey."""
    posts = [
        make_post(0, text="a rocket"),
        make_post(1, newsgroup="rec.sport.hockey", text="a puck"),
        make_post(2, subset="test", text="an orbit"),
        make_post(3, subset="test", text="a Rocket"),
    ]
    return fill(store, posts, [EAST, NORTH, WEST, NORTHEAST])


def test_rows_are_in_the_order_of_first_writing(store: Store) -> None:
    third, first, second = (make_post(number) for number in (3, 1, 2))
    collection = fill(store, [third, first, second], [EAST, NORTH, WEST])
    changed = replace(third, text="changed")
    collection.upsert([second, changed], np.array([NORTH, NORTH], np.float32))
    assert collection.posts() == [changed, first, second]
    assert list(collection.content_hashes().items()) == [
        (post.id, post_hash(post)) for post in (changed, first, second)
    ]
    np.testing.assert_array_equal(collection.vectors(), [NORTH, NORTH, NORTH])


def test_vectors_have_the_shape_and_type_promised(four_directions: StoredCollection) -> None:
    vectors, vector = four_directions.vectors(), four_directions.vector("train/sci.space/0")
    assert (vectors.shape, vectors.dtype, vector.shape, vector.dtype) == ((4, 2), np.float32, (2,), np.float32)


def test_a_collection_without_posts_has_vectors_without_rows(store: Store) -> None:
    (collection,) = store.open_for_writing([MANIFEST])
    assert collection.vectors().shape == (0, 2)
    assert collection.posts() == []


def test_more_posts_than_a_page_are_read_in_order(store: Store) -> None:
    posts = [make_post(number) for number in range(2 * PAGE + 1)]
    collection = fill(store, posts, [(1.0, number) for number in range(len(posts))])
    assert collection.posts() == posts
    np.testing.assert_allclose(collection.vectors()[:, 1], np.arange(len(posts)), rtol=1e-6)


def test_one_post_is_found_by_its_id(four_directions: StoredCollection) -> None:
    assert four_directions.post("test/sci.space/2") == make_post(2, subset="test", text="an orbit")


def test_an_unknown_id_is_no_post(four_directions: StoredCollection) -> None:
    assert four_directions.post("test/sci.space/99") is None


def test_deleted_posts_are_gone(four_directions: StoredCollection) -> None:
    four_directions.delete(["train/sci.space/0", "test/sci.space/2"])
    assert [post.id for post in four_directions.posts()] == ["train/rec.sport.hockey/1", "test/sci.space/3"]


def test_a_record_carries_what_the_contract_names(store: Store) -> None:
    fill(store, [replace(make_post(0, text="a rocket"), truncated=True)], [EAST])
    with closing(connect(store.path / "chroma")) as client:  # type: ignore[type-var]
        (metadata,) = client.get_collection(NAME, embedding_function=None).get()["metadatas"] or []
    assert metadata == {
        "newsgroup": "sci.space",
        "subset": "train",
        "subject": "Re: 0",
        "n_characters": 8,
        "content_hash": content_hash("sci.space\ntrain\nRe: 0\na rocket"),
        "truncated": True,
    }


def test_similarity_is_the_cosine_whatever_the_lengths(four_directions: StoredCollection) -> None:
    found = four_directions.nearest(row(5, 0), 4, Filters())
    assert [(neighbor.post.id, pytest.approx(neighbor.similarity, abs=1e-6)) for neighbor in found] == [
        ("train/sci.space/0", 1.0),
        ("test/sci.space/3", 0.5**0.5),
        ("train/rec.sport.hockey/1", 0.0),
        ("test/sci.space/2", -1.0),
    ]


def test_similarity_is_never_outside_its_bounds(store: Store) -> None:
    angles = np.linspace(0, 2 * np.pi, 101)
    directions = np.column_stack([np.cos(angles), np.sin(angles)])
    collection = fill(store, [make_post(number) for number in range(101)], directions.tolist())
    found = [neighbor for vector in collection.vectors() for neighbor in collection.nearest(vector, 101, Filters())]
    similarities = [neighbor.similarity for neighbor in found]
    assert min(similarities) == pytest.approx(-1.0)
    assert min(similarities) >= -1.0
    assert max(similarities) == 1.0


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, "0312"),
        ({"newsgroups": ("rec.sport.hockey",)}, "1"),
        ({"newsgroups": ("rec.sport.hockey", "sci.space")}, "0312"),
        ({"subset": "test"}, "32"),
        ({"newsgroups": ("sci.space",), "subset": "train"}, "0"),
        ({"contains": "rocket"}, "0"),
        ({"contains": "a ", "subset": "train"}, "01"),
        ({"min_similarity": 0.5}, "03"),
        ({"min_similarity": -0.5, "newsgroups": ("rec.sport.hockey",)}, "1"),
        ({"contains": "cipher"}, ""),
    ],
    ids=str,
)
def test_filters_let_through_what_they_name(
    four_directions: StoredCollection, filters: dict[str, Any], numbers: str
) -> None:
    found = ids_of(four_directions, row(*EAST), **filters)
    assert "".join(post_id[-1] for post_id in found) == numbers


def test_no_more_neighbors_come_than_were_asked_for(four_directions: StoredCollection) -> None:
    assert len(four_directions.nearest(row(*EAST), 2, Filters())) == 2


def test_a_collection_is_not_complete_while_it_is_written(four_directions: StoredCollection) -> None:
    four_directions.complete()
    four_directions.open_for_writing()
    assert not four_directions.manifest.complete


@pytest.mark.parametrize("change", ["text", "order", "removal"])
def test_the_fingerprint_changes_with_the_posts(four_directions: StoredCollection, change: str) -> None:
    four_directions.complete()
    before = four_directions.manifest.fingerprint
    if change == "text":
        four_directions.upsert([make_post(0, text="changed")], np.array([EAST], np.float32))
    if change == "order":
        four_directions.delete(["train/sci.space/0"])
        four_directions.upsert([make_post(0, text="a rocket")], np.array([EAST], np.float32))
    if change == "removal":
        four_directions.delete(["train/sci.space/0"])
    four_directions.complete()
    assert four_directions.manifest.fingerprint != before


def test_the_fingerprint_stays_with_the_posts(four_directions: StoredCollection) -> None:
    four_directions.complete()
    before = four_directions.manifest
    four_directions.complete()
    assert four_directions.manifest == before
