"""Changes: what is new, changed or no longer asked for is told from what is stored already, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import changes
from ingest.changes import Change, find_changes, pages_in_turn
from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store import Manifest, Store
from tests.stores import MANIFEST, fill, half_circle, many_posts, records_of
from tests.word_embedder import WordEmbedder

POSTS = many_posts(6)
NEW = Post("train/sci.med/new", "sci.med", "train", "", "orbit new")


class SubjectEmbedder(WordEmbedder):
    """Is sent the subject before the text of a document."""

    def as_sent(self, text: str, task_type: TaskType, subject: str = "") -> str:
        return f"{subject}: {text}" if task_type == TaskType.RETRIEVAL_DOCUMENT else text


@pytest.fixture
def filled(path: Path) -> Iterator[Store]:
    """A store with all posts in one whole collection."""
    with Store(fill(path, POSTS, half_circle(len(POSTS)))) as store:
        yield store


def change_to(store: Store, posts: Sequence[Post], manifest: Manifest = MANIFEST, *, replace: bool = False) -> Change:
    (change,) = find_changes(store, [manifest], posts, WordEmbedder(), replace=replace)
    return change


def test_where_nothing_differs_no_change_is_needed(filled: Store) -> None:
    assert not change_to(filled, POSTS).is_needed


def test_fewer_posts_are_no_change(filled: Store) -> None:
    assert not change_to(filled, POSTS[:2]).is_needed


def test_a_collection_that_is_not_there_is_written_whole(store: Store) -> None:
    change = change_to(store, POSTS)
    assert (change.records, change.texts) == (records_of(POSTS), [post.text for post in POSTS])
    assert (change.is_needed, change.is_anew, change.to_remove) == (True, False, [])


@pytest.mark.parametrize(
    "changed",
    [
        replace(POSTS[2], newsgroup="other"),
        replace(POSTS[2], subset="other"),
        replace(POSTS[2], subject="other"),
        replace(POSTS[2], text="other"),
    ],
    ids=["newsgroup", "subset", "subject", "text"],
)
def test_a_post_that_differs_in_any_field_is_written(filled: Store, changed: Post) -> None:
    assert change_to(filled, [*POSTS[:2], changed, NEW]).records == records_of([changed, NEW])


def test_with_replace_what_is_not_asked_for_is_removed(filled: Store) -> None:
    change = change_to(filled, POSTS[4:], replace=True)
    assert (change.to_remove, change.records) == ([post.id for post in POSTS[:4]], [])
    assert change.is_needed


def test_an_unfinished_collection_is_finished_even_where_no_post_is_new(path: Path) -> None:
    with Store(fill(path, POSTS, half_circle(len(POSTS)))) as store:
        store.collection(MANIFEST.collection).mark_incomplete()
        change = change_to(store, POSTS)
        assert (change.is_needed, change.records) == (True, [])


def test_another_cleaning_is_refused(filled: Store) -> None:
    with pytest.raises(UserError, match="was made with cleaning"):
        change_to(filled, POSTS, replace_cleaning(MANIFEST))


def test_with_replace_another_cleaning_is_a_collection_from_scratch(filled: Store) -> None:
    change = change_to(filled, POSTS[:2], replace_cleaning(MANIFEST), replace=True)
    assert (change.is_anew, change.records, change.to_remove) == (True, records_of(POSTS[:2]), [])
    assert change.manifest.cleaning == "other"


def replace_cleaning(manifest: Manifest) -> Manifest:
    return replace(manifest, cleaning="other")


def test_texts_are_compared_as_they_are_sent(store: Store) -> None:
    wanted = [
        replace(MANIFEST, task_type=task_type) for task_type in (TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING)
    ]
    post = replace(POSTS[0], subject="launch")
    documents, clusters = find_changes(store, wanted, [post], SubjectEmbedder(), replace=False)
    assert (documents.texts, clusters.texts) == (["launch: orbit 0"], ["orbit 0"])
    assert documents.records[0].sent_hash != clusters.records[0].sent_hash


def test_pages_are_taken_from_each_change_in_turn(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PAGE", 2)
    first = change_to(store, POSTS)
    second = change_to(store, POSTS[:3], replace(MANIFEST, corpus="other"))
    taken = [(page.manifest.corpus, page.texts) for page in pages_in_turn([first, second])]
    assert taken == [
        ("small", ["orbit 0", "rocket 1"]),
        ("other", ["orbit 0", "rocket 1"]),
        ("small", ["goal 2", "puck 3"]),
        ("other", ["goal 2"]),
        ("small", ["cipher 4", "key 5"]),
    ]


def test_a_page_has_the_records_of_its_texts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PAGE", 4)
    assert [page.records for page in change_to(store, POSTS).pages()] == [
        records_of(POSTS[:4]),
        records_of(POSTS[4:]),
    ]


def test_a_change_without_posts_has_no_pages(filled: Store) -> None:
    assert pages_in_turn([change_to(filled, POSTS)]) == []
