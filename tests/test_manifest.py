"""Manifests: how they name collections, which others they fit, and what may name a corpus."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ingest.embedders import TaskType
from ingest.embedding_cache import Space
from ingest.errors import UserError
from ingest.store import Manifest, require_corpus_name
from ingest.store.connection import NEVER
from ingest.store.manifest import SCHEMA
from tests.stores import MANIFEST, Site, half_circle, make_post


def test_a_collection_is_named_by_corpus_model_dimensions_and_task_type() -> None:
    manifest = replace(
        MANIFEST,
        corpus="20newsgroups",
        model="gemini-embedding-001",
        dimensions=768,
        task_type=TaskType.RETRIEVAL_DOCUMENT,
    )
    assert manifest.collection == "20newsgroups.gemini-embedding-001.768.retrieval-document"


def test_a_model_with_a_slash_can_name_a_collection(site: Site) -> None:
    with site.connected() as connection:
        connection.create(replace(MANIFEST, model="sentence-transformers/all mpnet"), NEVER)
        (manifest,) = connection.manifests()
    assert manifest.collection == "small.sentence-transformers-all-mpnet.2.clustering"


def test_a_manifest_is_read_as_it_was_written(site: Site) -> None:
    with site.fill([make_post(0)], half_circle(1)).open() as store:
        (manifest,) = store.manifests()
    assert manifest == replace(MANIFEST, n_posts=1, complete=True, fingerprint=manifest.fingerprint)


@pytest.mark.parametrize("n_bytes", [None, 4, 6, 13])
def test_long_texts_of_a_manifest_are_written_in_parts_and_read_whole(n_bytes: int | None) -> None:
    manifest = replace(MANIFEST, source="/posts/Füße/日本語", n_posts=9)
    metadata = manifest.as_metadata(n_bytes)
    assert n_bytes is None or max(len(text.encode()) for text in metadata.values() if isinstance(text, str)) <= n_bytes
    assert Manifest.from_metadata(metadata) == manifest


def test_a_text_that_is_short_enough_is_written_as_it_is() -> None:
    assert MANIFEST.as_metadata(len(MANIFEST.model)) == MANIFEST.as_metadata()


def test_metadata_that_lack_a_field_are_no_manifest() -> None:
    metadata = MANIFEST.as_metadata()
    assert Manifest.from_metadata(metadata) == MANIFEST
    del metadata["embedded_as"]
    assert Manifest.from_metadata(metadata) is None


def test_a_manifest_from_before_posts_were_prepared_says_that_they_were_not() -> None:
    metadata = MANIFEST.as_metadata()
    del metadata["preparation"]
    assert Manifest.from_metadata(metadata) == MANIFEST


def test_embeddings_made_under_no_task_type_are_in_one_space_for_all() -> None:
    manifests = [replace(MANIFEST, task_type=task_type) for task_type in TaskType]
    assert {manifest.space for manifest in manifests} == {Space("word-counts", 2, "")}


def test_embeddings_made_under_a_task_type_are_in_a_space_of_its_own() -> None:
    assert replace(MANIFEST, embedded_as="CLUSTERING").space == Space("word-counts", 2, "CLUSTERING")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("schema", SCHEMA + 1),
        ("embedder", "minilm"),
        ("model", "other"),
        ("dimensions", 3),
        ("task_type", TaskType.RETRIEVAL_QUERY),
        ("embedded_as", "CLUSTERING"),
        ("cleaning", "none"),
        ("preparation", "title"),
    ],
)
def test_vectors_that_do_not_fit_are_refused_with_the_way_out(name: str, other: Any) -> None:
    wanted = replace(MANIFEST, **{name: other})
    was, asked = (re.escape(repr(value)) for value in (getattr(MANIFEST, name), other))
    with pytest.raises(UserError, match=f"made with {name} {was}, not {asked}: make it anew with --replace, or .*NAME"):
        MANIFEST.require_fit(wanted)


def test_what_a_collection_holds_does_not_keep_others_from_fitting() -> None:
    held = replace(MANIFEST, source="elsewhere", n_posts=9, complete=True, fingerprint="0123")
    assert held.unfit_fields(MANIFEST) == []


@pytest.mark.parametrize("name", ["a", "20newsgroups", "my_posts-2", "x" * 100])
def test_a_corpus_may_be_named(name: str) -> None:
    assert require_corpus_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "-a", "a.b", "a/b", "a b", "a\n", "\N{LATIN SMALL LETTER E WITH ACUTE}", "x" * 101]
)
def test_a_corpus_may_not_be_named(name: str) -> None:
    with pytest.raises(UserError, match="cannot name a corpus: use up to 100 letters, digits, - and _"):
        require_corpus_name(name)
