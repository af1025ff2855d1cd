"""The connection: drafts, which take the place of the old collection or leave it as it was, and others' collections."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import chromadb
import pytest

from ingest.errors import UserError
from ingest.posts import Post
from ingest.progress import Silent
from ingest.store import Manifest, Opening, Store
from ingest.store.connection import NEVER, ONCE_SEALED, Connection
from ingest.store.drafts import draft_of
from ingest.store.embedded import Embedded
from ingest.store.writer_process import WriterProcess
from tests.stores import MANIFEST, NAME, faults_of, fill, half_circle, many_posts, records_of, writing

POSTS, VECTORS = many_posts(6), half_circle(6)
OLD, NEW = POSTS[:4], POSTS[2:]
OTHER_CLEANING = replace(MANIFEST, cleaning="none")
ANEW = Opening(OTHER_CLEANING, is_anew=True, n_to_come=len(NEW))


@pytest.fixture
def old(path: Path) -> Path:
    """A store with a complete collection, and the embeddings of all posts."""
    fill(path, OLD, VECTORS[:4])
    with Store(path) as store:
        store.cache.put(MANIFEST.space, [post.text for post in POSTS], VECTORS)
    return path


def write_draft(process: WriterProcess) -> None:
    process.begin(NAME)
    process.upsert(NAME, records_of(NEW), VECTORS[2:])


def abandon_draft(path: Path) -> None:
    """Leave a store as a kill does before the sealing."""
    with writing(path, ANEW) as process:
        write_draft(process)


def contents(path: Path) -> tuple[Manifest, list[Post]]:
    with Store(path) as store:
        (manifest,) = store.manifests()
        return manifest, store.collection(NAME).posts()


def names_in_chroma(path: Path) -> list[str]:
    with closing(chromadb.PersistentClient(path / "chroma")) as client:  # type: ignore[type-var]
        return sorted(collection.name for collection in client.list_collections())


def killed_at_renaming(modify: Callable[..., None]) -> Callable[..., None]:
    """Let Chroma's collections be modified but for their names."""

    def modify_or_die(collection: chromadb.Collection, **changes: Any) -> None:
        if "name" in changes:
            raise KeyboardInterrupt
        modify(collection, **changes)

    return modify_or_die


def test_a_draft_that_is_sealed_complete_takes_the_place_of_the_old_collection(old: Path) -> None:
    with writing(old, ANEW) as process:
        write_draft(process)
        process.seal([NAME], {NAME: len(NEW)})
    manifest, posts = contents(old)
    assert (manifest.cleaning, manifest.complete, manifest.n_posts, posts) == ("none", True, len(NEW), NEW)
    assert names_in_chroma(old) == [NAME]


def test_a_draft_that_is_sealed_incomplete_is_deleted_and_the_old_collection_as_it_was(old: Path) -> None:
    before = contents(old)
    with writing(old, ANEW) as process:
        write_draft(process)
        process.seal([NAME], {})
    assert contents(old) == before
    assert names_in_chroma(old) == [NAME]


def test_a_draft_that_was_not_sealed_leaves_the_old_collection_as_it_was(old: Path) -> None:
    before = contents(old)
    abandon_draft(old)
    assert contents(old) == before


def test_a_draft_that_was_left_is_deleted_when_the_store_is_next_written_to(old: Path) -> None:
    abandon_draft(old)
    was_left = names_in_chroma(old)
    with writing(old, Opening(MANIFEST)):
        pass
    assert (was_left, names_in_chroma(old)) == ([NAME, draft_of(NAME)], [NAME])


def test_a_draft_that_was_left_does_not_keep_another_from_being_written(old: Path) -> None:
    abandon_draft(old)
    with writing(old, ANEW) as process:
        write_draft(process)
        process.seal([NAME], {NAME: len(NEW)})
    assert contents(old)[1] == NEW


def test_a_draft_that_was_left_is_not_rebuilt(old: Path) -> None:
    before = contents(old)
    abandon_draft(old)
    with Store(old) as store:
        store.rebuild(Silent())
    assert contents(old) == before
    assert names_in_chroma(old) == [NAME]


def test_a_draft_that_does_not_hold_what_it_should_does_not_take_the_old_ones_place(old: Path) -> None:
    before = contents(old)
    with writing(old, ANEW) as process:
        write_draft(process)
        with pytest.raises(UserError, match=f"^Chroma holds 4 posts of {NAME} instead of 5: run the same ingest again"):
            process.seal([NAME], {NAME: 5})
    with Store(old) as store:
        assert store.manifests() == [before[0]]


def test_a_kill_while_a_draft_takes_the_place_of_the_old_collection_leaves_one_of_them(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(old, ANEW) as process, monkeypatch.context() as patch:
        write_draft(process)
        patch.setattr(chromadb.Collection, "modify", killed_at_renaming(chromadb.Collection.modify))
        with pytest.raises(KeyboardInterrupt):
            process.seal([NAME], {NAME: len(NEW)})
    with Store(old) as store:
        store.rebuild(Silent())
        assert store.collection(NAME).posts() in (OLD, NEW)


def test_a_collection_wanted_anew_that_is_not_there_is_created_in_its_place(path: Path) -> None:
    with writing(path, ANEW) as process:
        write_draft(process)
    assert names_in_chroma(path) == [NAME]


def test_beside_a_draft_another_collection_is_written_to_in_its_place(old: Path) -> None:
    other = replace(MANIFEST, corpus="other")
    with writing(old, ANEW, Opening(other)) as process:
        write_draft(process)
        process.upsert(other.collection, records_of(OLD), VECTORS[:4])
        process.seal([NAME, other.collection], {NAME: len(NEW), other.collection: len(OLD)})
    with Store(old) as store:
        assert [store.collection(name).posts() for name in (NAME, other.collection)] == [NEW, OLD]
        assert store.damaged() == []


def test_the_index_of_a_large_draft_serves_once_it_is_in_place(old: Path) -> None:
    posts, vectors = many_posts(ONCE_SEALED), half_circle(ONCE_SEALED)
    with Store(old) as store:
        store.cache.put(MANIFEST.space, [post.text for post in posts], vectors)
    with writing(old, Opening(OTHER_CLEANING, is_anew=True, n_to_come=len(posts))) as process:
        process.upsert(NAME, records_of(posts), vectors)
        process.seal([NAME], {NAME: len(posts)})
    with Store(old) as store:
        assert faults_of(store) == [[]]


@pytest.fixture
def shared(path: Path) -> Path:
    """Chroma's folder, in which others have collections too."""
    with closing(chromadb.PersistentClient(path)) as client:  # type: ignore[type-var]
        client.create_collection("theirs", metadata={"corpus": "theirs"}, embedding_function=None)
        client.create_collection("bare", embedding_function=None)
    return path


def test_collections_that_others_made_are_told_from_collections_and_drafts(shared: Path) -> None:
    with closing(Connection(Embedded(shared))) as connection:
        connection.create(MANIFEST, NEVER)
        connection.create(OTHER_CLEANING, NEVER, draft=True)
        assert connection.manifests() == [MANIFEST]
        assert connection.foreign() == ["bare", "theirs"]


def test_deleting_drafts_leaves_all_else(shared: Path) -> None:
    with closing(Connection(Embedded(shared))) as connection:
        connection.create(MANIFEST, NEVER)
        connection.create(OTHER_CLEANING, NEVER, draft=True)
        connection.delete_drafts()
        assert (connection.manifests(), connection.foreign()) == ([MANIFEST], ["bare", "theirs"])
    with closing(chromadb.PersistentClient(shared)) as client:  # type: ignore[type-var]
        assert client.count_collections() == 3


def test_manifests_are_in_order_of_their_collections_names(path: Path) -> None:
    with closing(Connection(Embedded(path))) as connection:
        for corpus in ("b", "c", "a"):
            connection.create(replace(MANIFEST, corpus=corpus), NEVER)
        assert [manifest.corpus for manifest in connection.manifests()] == ["a", "b", "c"]
