"""Manifests: how they name collections, which others they fit, and what may name a corpus."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.store import Store, require_corpus_name
from tests.stores import EAST, MANIFEST, fill, make_post


def test_a_collection_is_named_by_corpus_model_dimensions_and_task_type() -> None:
    manifest = replace(
        MANIFEST,
        corpus="20newsgroups",
        model="gemini-embedding-001",
        dimensions=768,
        task_type=TaskType.RETRIEVAL_DOCUMENT,
    )
    assert manifest.collection == "20newsgroups.gemini-embedding-001.768.retrieval-document"


def test_a_model_with_a_slash_can_name_a_collection(store: Store) -> None:
    manifest = replace(MANIFEST, model="sentence-transformers/all mpnet")
    (collection,) = store.open_for_writing([manifest])
    assert collection.manifest.collection == "small.sentence-transformers-all-mpnet.2.clustering"


def test_a_manifest_is_read_as_it_was_written(path: Path) -> None:
    with Store(path, create=True) as store:
        fill(store, [make_post(0)], [EAST]).complete()
    with Store(path) as store:
        (manifest,) = store.manifests()
    assert manifest == replace(MANIFEST, n_posts=1, complete=True, fingerprint=manifest.fingerprint)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("schema", 2),
        ("embedder", "minilm"),
        ("model", "other"),
        ("dimensions", 3),
        ("task_type", TaskType.RETRIEVAL_QUERY),
        ("cleaning", "none"),
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
