"""The connection: drafts, which take the place of the old collection or leave it as it was, and others' collections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import chromadb
import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from ingest.errors import UserError
from ingest.posts import Post
from ingest.progress import Silent
from ingest.store import Manifest, Opening
from ingest.store.connection import NEVER, ONCE_SEALED, Connection
from ingest.store.drafts import draft_of
from ingest.store.writing import Writing
from tests.stores import MANIFEST, NAME, Site, faults_of, half_circle, many_posts, records_of

POSTS, VECTORS = many_posts(6), half_circle(6)
OLD, NEW = POSTS[:4], POSTS[2:]
OTHER_CLEANING = replace(MANIFEST, cleaning="none")
ANEW = Opening(OTHER_CLEANING, is_anew=True, n_to_come=len(NEW))


@pytest.fixture
def old(site: Site) -> Site:
    """A store with a complete collection, and the embeddings of all posts."""
    site.fill(OLD, VECTORS[:4])
    with site.open() as store:
        store.cache.put(MANIFEST.space, [post.text for post in POSTS], VECTORS)
    return site


def write_draft(writer: Writing) -> None:
    writer.begin(NAME)
    writer.upsert(NAME, records_of(NEW), VECTORS[2:])


def abandon_draft(site: Site) -> None:
    """Leave a store as a kill does before the sealing."""
    with site.writing(ANEW) as writer:
        write_draft(writer)


def contents(site: Site) -> tuple[Manifest, list[Post]]:
    with site.open() as store:
        (manifest,) = store.manifests()
        return manifest, store.collection(NAME).posts()


def running_clients() -> list[str]:
    """Return what Chroma calls those of its clients that have files or a connection open."""
    systems = SharedSystemClient._identifier_to_system
    return sorted(identifier for identifier, system in systems.items() if system._running)


def killed_at_renaming(modify: Callable[..., None]) -> Callable[..., None]:
    """Let Chroma's collections be modified but for their names."""

    def modify_or_die(collection: chromadb.Collection, **changes: Any) -> None:
        if "name" in changes:
            raise KeyboardInterrupt
        modify(collection, **changes)

    return modify_or_die


def test_a_draft_that_is_sealed_complete_takes_the_place_of_the_old_collection(old: Site) -> None:
    with old.writing(ANEW) as writer:
        write_draft(writer)
        writer.seal([NAME], {NAME: len(NEW)})
    manifest, posts = contents(old)
    assert (manifest.cleaning, manifest.complete, manifest.n_posts, posts) == ("none", True, len(NEW), NEW)
    assert old.names_in_chroma() == [NAME]


def test_a_draft_that_is_sealed_incomplete_is_deleted_and_the_old_collection_as_it_was(old: Site) -> None:
    before = contents(old)
    with old.writing(ANEW) as writer:
        write_draft(writer)
        writer.seal([NAME], {})
    assert contents(old) == before
    assert old.names_in_chroma() == [NAME]


def test_a_draft_that_was_not_sealed_leaves_the_old_collection_as_it_was(old: Site) -> None:
    before = contents(old)
    abandon_draft(old)
    assert contents(old) == before


def test_a_draft_that_was_left_is_deleted_when_the_store_is_next_written_to(old: Site) -> None:
    abandon_draft(old)
    was_left = old.names_in_chroma()
    with old.writing(Opening(MANIFEST)):
        pass
    assert (was_left, old.names_in_chroma()) == ([NAME, draft_of(NAME)], [NAME])


def test_a_draft_that_was_left_does_not_keep_another_from_being_written(old: Site) -> None:
    abandon_draft(old)
    with old.writing(ANEW) as writer:
        write_draft(writer)
        writer.seal([NAME], {NAME: len(NEW)})
    assert contents(old)[1] == NEW


def test_a_draft_that_was_left_is_not_rebuilt(old: Site) -> None:
    before = contents(old)
    abandon_draft(old)
    with old.open() as store:
        store.rebuild(Silent())
    assert contents(old) == before
    assert old.names_in_chroma() == [NAME]


def test_a_draft_that_does_not_hold_what_it_should_does_not_take_the_old_ones_place(old: Site) -> None:
    before = contents(old)
    with old.writing(ANEW) as writer:
        write_draft(writer)
        with pytest.raises(UserError, match=f"^Chroma holds 4 posts of {NAME} instead of 5: run the same ingest again"):
            writer.seal([NAME], {NAME: 5})
    with old.open() as store:
        assert store.manifests() == [before[0]]


def test_a_kill_while_a_draft_takes_the_place_of_the_old_collection_leaves_one_of_them(
    old: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with old.writing(ANEW) as writer, monkeypatch.context() as patch:
        write_draft(writer)
        patch.setattr(chromadb.Collection, "modify", killed_at_renaming(chromadb.Collection.modify))
        with pytest.raises(KeyboardInterrupt):
            writer.seal([NAME], {NAME: len(NEW)})
    with old.open() as store:
        store.rebuild(Silent())
        assert store.collection(NAME).posts() in (OLD, NEW)


def test_a_collection_wanted_anew_that_is_not_there_is_created_in_its_place(site: Site) -> None:
    with site.writing(ANEW) as writer:
        write_draft(writer)
    assert site.names_in_chroma() == [NAME]


def test_beside_a_draft_another_collection_is_written_to_in_its_place(old: Site) -> None:
    other = replace(MANIFEST, corpus="other")
    with old.writing(ANEW, Opening(other)) as writer:
        write_draft(writer)
        writer.upsert(other.collection, records_of(OLD), VECTORS[:4])
        writer.seal([NAME, other.collection], {NAME: len(NEW), other.collection: len(OLD)})
    with old.open() as store:
        assert [store.collection(name).posts() for name in (NAME, other.collection)] == [NEW, OLD]
        assert store.damaged() == []


def test_the_index_of_a_large_draft_serves_once_it_is_in_place(old: Site) -> None:
    posts, vectors = many_posts(ONCE_SEALED), half_circle(ONCE_SEALED)
    with old.open() as store:
        store.cache.put(MANIFEST.space, [post.text for post in posts], vectors)
    with old.writing(Opening(OTHER_CLEANING, is_anew=True, n_to_come=len(posts))) as writer:
        writer.upsert(NAME, records_of(posts), vectors)
        writer.seal([NAME], {NAME: len(posts)})
    with old.open() as store:
        assert faults_of(store) == [[]]


@pytest.fixture
def shared(site: Site) -> Iterator[Connection]:
    """A connection to where others have collections too, and we a collection with its draft."""
    with closing(site.place.connect()) as client:  # type: ignore[type-var]
        client.create_collection("theirs", metadata={"corpus": "theirs"}, embedding_function=None)
        client.create_collection("bare", embedding_function=None)
    with site.connected() as connection:
        connection.create(MANIFEST, NEVER)
        connection.create(OTHER_CLEANING, NEVER, draft=True)
        yield connection


def test_collections_that_others_made_are_told_from_collections_and_drafts(shared: Connection) -> None:
    assert (shared.manifests(), shared.foreign()) == ([MANIFEST], ["bare", "theirs"])


def test_deleting_drafts_leaves_all_else(shared: Connection, site: Site) -> None:
    shared.delete_drafts()
    assert (shared.manifests(), shared.foreign()) == ([MANIFEST], ["bare", "theirs"])
    assert site.names_in_chroma() == ["bare", NAME, "theirs"]


@pytest.mark.parametrize("taken", [NAME, draft_of(NAME)])
def test_a_name_that_others_have_taken_is_refused(site: Site, taken: str) -> None:
    with closing(site.place.connect()) as client:  # type: ignore[type-var]
        client.create_collection(taken, embedding_function=None)
    with site.connected() as connection, pytest.raises(UserError, match=f"A collection {taken} is there that this pro"):
        connection.require_room([MANIFEST])


def test_a_connection_that_cannot_be_made_leaves_no_client_open(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.writing(ANEW) as writer:
        writer.seal([NAME], {NAME: 0})
    with site.connected() as connection:
        connection.bare(NAME).modify(name=draft_of(NAME))
    before = running_clients()
    with monkeypatch.context() as patch:
        patch.setattr(chromadb.Collection, "modify", killed_at_renaming(chromadb.Collection.modify))
        with pytest.raises(KeyboardInterrupt):
            site.connected()
    assert running_clients() == before


def test_manifests_are_in_order_of_their_collections_names(site: Site) -> None:
    with site.connected() as connection:
        for corpus in ("b", "c", "a"):
            connection.create(replace(MANIFEST, corpus=corpus), NEVER)
        assert [manifest.corpus for manifest in connection.manifests()] == ["a", "b", "c"]
