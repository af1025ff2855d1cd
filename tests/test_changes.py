"""Changes: what is new, changed or no longer asked for is told from what is stored already, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from ingest import changes
from ingest.changes import Addition, Change, find_changes, pages_in_turn
from ingest.embedders import TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedding_cache import sha256_of
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store import Manifest, Record, Store
from ingest.store.paging import page_size
from tests.stores import MANIFEST, NAME, Site, half_circle, many_posts, records_of
from tests.word_embedder import WordEmbedder

POSTS = many_posts(6)
NEW = Post("train/sci.med/new", "sci.med", "train", "", "orbit new")
OTHER_CLEANING = replace(MANIFEST, cleaning="other")


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    """A new, empty store."""
    with site.open() as store:
        yield store


@pytest.fixture
def filled(site: Site) -> Iterator[Store]:
    """A store with all posts in one complete collection."""
    with site.fill(POSTS, half_circle(len(POSTS))).open() as store:
        yield store


def change_to(store: Store, posts: Sequence[Post], manifest: Manifest = MANIFEST, *, replace: bool = False) -> Change:
    (change,) = find_changes(store, [manifest], posts, WordEmbedder(), replace=replace)
    return change


def additions_of(posts: Sequence[Post]) -> list[Addition]:
    """Make the additions of posts whose text is sent as it is."""
    return [Addition(record, record.post.text) for record in records_of(posts)]


def refuse(store: Store, post: Post) -> None:
    store.cache.refuse(MANIFEST.space, post.text, "not this one")


def test_where_nothing_differs_no_change_is_needed(filled: Store) -> None:
    change = change_to(filled, POSTS)
    assert (change.is_needed, change.n_kept) == (False, len(POSTS))


def test_fewer_posts_are_no_change(filled: Store) -> None:
    assert not change_to(filled, POSTS[:2]).is_needed


def test_a_collection_that_is_not_there_is_written_whole(store: Store) -> None:
    change = change_to(store, POSTS)
    assert change.additions == change.asked_for == additions_of(POSTS)
    assert (change.is_needed, change.is_anew, change.removals, change.n_kept) == (True, False, [], 0)


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
    change = change_to(filled, [*POSTS[:2], changed, NEW])
    assert (change.additions, change.n_kept) == (additions_of([changed, NEW]), len(POSTS) - 1)


def test_with_replace_what_is_not_asked_for_is_removed(filled: Store) -> None:
    change = change_to(filled, POSTS[4:], replace=True)
    assert (change.removals, change.additions, change.n_kept) == ([post.id for post in POSTS[:4]], [], 2)
    assert change.is_needed


def test_an_incomplete_collection_is_completed_even_where_no_post_is_new(filled: Store) -> None:
    filled.collection(NAME).mark_unsealed()
    change = change_to(filled, POSTS)
    assert (change.is_needed, change.additions) == (True, [])


def test_a_post_whose_text_was_refused_is_asked_for_and_not_written(store: Store) -> None:
    refuse(store, POSTS[1])
    change = change_to(store, POSTS[:3])
    assert change.asked_for == additions_of(POSTS[:3])
    assert change.additions == additions_of([POSTS[0], POSTS[2]])


def test_with_replace_a_text_that_was_refused_is_tried_again(filled: Store) -> None:
    refuse(filled, NEW)
    assert change_to(filled, [*POSTS, NEW], replace=True).additions == additions_of([NEW])


def test_a_text_that_was_refused_for_another_task_type_is_written(store: Store) -> None:
    refuse(store, POSTS[0])
    documents = replace(MANIFEST, task_type=TaskType.RETRIEVAL_DOCUMENT, embedded_as="RETRIEVAL_DOCUMENT")
    assert change_to(store, POSTS[:1], documents).additions == additions_of(POSTS[:1])


def test_another_cleaning_is_refused(filled: Store) -> None:
    with pytest.raises(UserError, match="was made with cleaning"):
        change_to(filled, POSTS, OTHER_CLEANING)


def test_with_replace_another_cleaning_is_a_collection_from_scratch(filled: Store) -> None:
    change = change_to(filled, POSTS[:2], OTHER_CLEANING, replace=True)
    assert (change.is_anew, change.additions, change.removals) == (True, additions_of(POSTS[:2]), [])
    assert (change.manifest.cleaning, change.n_kept) == ("other", 0)


def test_texts_are_compared_as_they_are_sent(store: Store) -> None:
    wanted = [MANIFEST, replace(MANIFEST, task_type=TaskType.RETRIEVAL_DOCUMENT)]
    post = replace(POSTS[0], subject="launch")
    found = find_changes(store, wanted, [post], GeminiEmbedder("gemini-embedding-2"), replace=False)
    clustering, document = (addition for change in found for addition in change.additions)
    assert clustering == Addition(Record(post, sha256_of(clustering.text)), "task: clustering | query: orbit 0")
    assert document == Addition(Record(post, sha256_of(document.text)), "title: launch | text: orbit 0")


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


def test_the_last_page_has_what_is_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PAGE", 4)
    pages = change_to(store, POSTS).pages()
    assert [page.additions for page in pages] == [additions_of(POSTS[:4]), additions_of(POSTS[4:])]


def test_a_change_without_posts_has_no_pages(filled: Store) -> None:
    assert pages_in_turn([change_to(filled, POSTS)]) == []


@pytest.mark.parametrize(("n_posts", "size"), [(9, 500), (20_000, 500), (100_000, 2_500), (1_000_000, 5_000)])
def test_very_many_posts_are_written_in_larger_pages_as_far_as_chroma_takes_them(n_posts: int, size: int) -> None:
    assert page_size(n_posts, 500) == size
