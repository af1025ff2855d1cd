"""Choosing what to explore: no question where there is one answer, a clear one where there are several."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.choosing import choices, choose, distinct, n_posts_of, named
from ingest.embedders import TaskType
from ingest.errors import NothingStoredError, UserError
from ingest.store import Manifest


def make_manifest(
    corpus: str = "letters",
    model: str = "minilm",
    dimensions: int = 384,
    task_type: TaskType = TaskType.CLUSTERING,
    n_posts: int = 9,
) -> Manifest:
    return Manifest(
        corpus, "memory", "words", model, dimensions, task_type, "", "none", "", n_posts, complete=True, fingerprint="f"
    )


def unsealed(corpus: str) -> Manifest:
    """Make the manifest of a collection whose ingest was killed, so that nobody knows what it holds."""
    return replace(make_manifest(corpus, n_posts=0), complete=False, fingerprint="")


def names_of(corpus: str | None, model: str | None, *manifests: Manifest) -> set[tuple[str, str, int]]:
    chosen = choose(manifests, corpus, model)
    return {(manifest.corpus, manifest.model, manifest.dimensions) for manifest in chosen.values()}


def test_the_only_corpus_needs_no_name() -> None:
    assert names_of(None, None, make_manifest()) == {("letters", "minilm", 384)}


def test_the_collections_of_a_corpus_are_chosen_together() -> None:
    documents = make_manifest(task_type=TaskType.RETRIEVAL_DOCUMENT)
    clusters = make_manifest(task_type=TaskType.CLUSTERING)

    assert choose([documents, clusters], None, None) == {
        TaskType.RETRIEVAL_DOCUMENT: documents,
        TaskType.CLUSTERING: clusters,
    }


def test_task_types_that_share_their_vectors_count_once() -> None:
    documents, clusters = TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING
    shared = {task_type: make_manifest(task_type=task_type) for task_type in (documents, clusters)}
    apart = {task_type: replace(manifest, embedded_as=task_type) for task_type, manifest in shared.items()}

    assert distinct(shared) == (clusters,)
    assert distinct(apart) == (documents, clusters)


def test_a_named_corpus_is_chosen_from_several() -> None:
    assert names_of("books", None, make_manifest("letters"), make_manifest("books")) == {("books", "minilm", 384)}


def test_a_named_model_is_chosen_from_several() -> None:
    found = names_of(None, "gemini", make_manifest(model="minilm"), make_manifest(model="gemini"))

    assert found == {("letters", "gemini", 384)}


def test_of_several_dimensionalities_the_largest_is_chosen() -> None:
    found = names_of(None, None, make_manifest(dimensions=768), make_manifest(dimensions=3072))

    assert found == {("letters", "minilm", 3072)}


def test_several_corpora_are_a_question() -> None:
    with pytest.raises(UserError, match=r"Which corpus\? The store has books, letters: say --corpus NAME\."):
        choose([make_manifest("letters"), make_manifest("books")], None, None)


def test_several_models_are_a_question() -> None:
    with pytest.raises(UserError, match=r"Which model\? The store has gemini, minilm: say --model NAME\."):
        choose([make_manifest(model="minilm"), make_manifest(model="gemini")], None, None)


def test_a_model_that_only_another_corpus_has_is_no_question() -> None:
    found = names_of("books", None, make_manifest("letters", "gemini"), make_manifest("books", "minilm"))

    assert found == {("books", "minilm", 384)}


def test_an_unknown_corpus_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"The store has no corpus 'films': it has books, letters\."):
        choose([make_manifest("letters"), make_manifest("books")], "films", None)


def test_an_unknown_model_is_refused_with_those_of_the_corpus() -> None:
    with pytest.raises(UserError, match=r"The store has no model 'gemini': it has minilm\."):
        choose([make_manifest("letters", "minilm"), make_manifest("books", "gemini")], "letters", "gemini")


def test_a_corpus_of_a_store_that_nothing_was_ingested_into_is_refused_in_a_whole_sentence() -> None:
    with pytest.raises(
        UserError, match=r"no corpus 'films': nothing was ingested into it\. `.*` tells what it holds\.$"
    ):
        named([], "corpus", "films")


def test_an_empty_store_says_how_to_fill_it() -> None:
    with pytest.raises(NothingStoredError, match=r"The store is empty: fill it with `python -m ingest`\."):
        choose([], None, None)


def test_an_ingest_that_was_killed_says_how_to_go_on() -> None:
    with pytest.raises(NothingStoredError, match=r"The ingest of letters was not finished: run the same .* again"):
        choose([unsealed("letters")], None, None)


def test_what_is_not_sealed_is_not_chosen() -> None:
    assert names_of(None, None, unsealed("letters"), make_manifest("books")) == {("books", "minilm", 384)}


def test_what_an_ingest_that_was_stopped_has_stored_is_chosen() -> None:
    stopped = replace(make_manifest("letters"), complete=False)

    assert choose([stopped], None, None) == {TaskType.CLUSTERING: stopped}


def test_choices_come_with_most_posts_first() -> None:
    manifests = [make_manifest("letters", n_posts=9), make_manifest("books", n_posts=99)]

    assert [n_posts_of(choice) for choice in choices(manifests)] == [99, 9]


def test_choices_can_be_narrowed_to_a_corpus() -> None:
    assert len(choices([make_manifest("letters"), make_manifest("books")], corpus="books")) == 1


def test_the_posts_of_a_choice_are_those_of_its_fullest_collection() -> None:
    documents = make_manifest(task_type=TaskType.RETRIEVAL_DOCUMENT, n_posts=3)

    assert n_posts_of(choose([documents, make_manifest(n_posts=9)], None, None)) == 9
