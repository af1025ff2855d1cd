"""Collections made with plain chromadb are searched, mapped and filtered, and are never written to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromadb.api.models.Collection import Collection

from explorer import Explorer
from explorer.__main__ import main
from explorer.filters import Filters
from explorer.foreign import about, remarks_on
from ingest.embedders import EMBEDDERS, TaskType
from ingest.errors import UserError, WrittenMeanwhileError
from ingest.job import ingest
from ingest.order import Order
from ingest.progress import Silent
from ingest.store import Manifest, Reading, Store, mirrored
from tests.conftest import make_corpus
from tests.explorers import ids_of
from tests.foreign import DOCUMENTS, IDS, METADATA, client_of, make_bare, make_notes
from tests.word_embedder import WordEmbedder


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_notes(tmp_path_factory.mktemp("notes") / "db")


@pytest.fixture
def notes(made: Path, tmp_path: Path) -> Path:
    """A folder that Chroma wrote, which a test may change."""
    return Path(shutil.copytree(made, tmp_path / "db"))


@pytest.fixture
def explorer(notes: Path) -> Iterator[Explorer]:
    with Explorer.open(notes, collection="notes") as explorer:
        yield explorer


def contents_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_records_become_posts_with_a_label_a_title_and_their_document(explorer: Explorer) -> None:
    first, second = explorer.posts[:2]

    assert (first.id, first.newsgroup, first.subject, first.text) == ("a b/1", "space", "On orbits", "orbit")
    assert (second.id, second.subject) == ("日本/2", "the orbit of a rocket")
    assert explorer.newsgroups == ["space", "sport"]


def test_vectors_get_unit_length_and_those_without_a_length_are_left_out_with_a_word(explorer: Explorer) -> None:
    collection = explorer.foreign
    assert collection

    np.testing.assert_allclose(np.linalg.norm(explorer.vectors(), axis=1), 1, rtol=1e-6)
    assert explorer.post_ids == IDS[:5]
    assert remarks_on(collection) == [
        "Left out of notes, since their vectors have no length: 1.",
        "notes measures by l2; here its vectors are scaled to unit length, and similarity is their cosine.",
    ]


def test_what_is_left_out_is_kept_for_as_long_as_the_records_are_the_same(notes: Path) -> None:
    with Explorer.open(notes) as explorer:
        assert explorer.post_ids == IDS[:5]
        found = explorer.foreign and explorer.foreign.manifest.fingerprint
    with Store(mirrored(notes)) as store:
        again = store.foreign_collection("notes").manifest.fingerprint
        assert store.readings.left_out("notes", again) == {IDS[5]}

    assert again == found


def test_similar_records_are_found_by_cosine_in_a_collection_that_measures_otherwise(explorer: Explorer) -> None:
    found = explorer.similar("c", 2)

    assert ids_of(found) == ["日本/2", "a b/1"]
    assert found[0].similarity == pytest.approx(1)
    assert found[1].similarity == pytest.approx(8 / np.hypot(8, 0.8))


def test_records_are_clustered_and_mapped_by_their_vectors(explorer: Explorer) -> None:
    labels = explorer.cluster(2).labels

    assert len(set(labels[:3])) == len(set(labels[3:])) == 1
    assert labels[0] != labels[3]
    assert explorer.project("pca").coordinates.shape == (5, 2)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (("year=1993",), IDS[:2]),
        (("year=1993", "year=1994"), [*IDS[:2], "d"]),
        (("year=1993", "draft=true"), IDS[:1]),
        (("tags=fire",), IDS[1:2]),
        (("year=",), IDS[4:5]),
        (("year=2000",), []),
    ],
)
def test_metadata_filters_any_value_of_a_field_and_all_fields(
    explorer: Explorer, where: tuple[str, ...], found: list[str]
) -> None:
    mask = explorer.matching(Filters(where=where))

    assert [post_id for post_id, passes in zip(explorer.post_ids, mask, strict=True) if passes] == found


def test_a_field_that_is_not_there_is_refused_with_those_that_are(explorer: Explorer) -> None:
    with pytest.raises(UserError, match="with one of the fields draft, tags, title, topic, year"):
        explorer.matching(Filters(where=("author=Ann",)))


def test_own_posts_are_filtered_by_their_metadata_too(folder: Path, embedder: WordEmbedder) -> None:
    with Explorer.open(folder) as explorer:
        mask = explorer.matching(Filters(where=("subset=test", "newsgroup=sci.space")))

    assert np.flatnonzero(mask).tolist() == [2]


def test_keywords_need_no_embedder_and_meaning_says_what_to_give(explorer: Explorer) -> None:
    assert ids_of(explorer.search("puck", mode="keywords")) == ["d", "e" * 1_000]
    with pytest.raises(UserError, match="start once with --embedder and --model"):
        explorer.search("puck")


def test_what_was_said_once_answers_questions_ever_after(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EMBEDDERS, "words", lambda *_: WordEmbedder())
    with client_of(notes) as client:
        counted = client.create_collection("counted", embedding_function=None)
        vectors = WordEmbedder().embed(DOCUMENTS, TaskType.RETRIEVAL_DOCUMENT)
        counted.add(ids=IDS, embeddings=vectors, documents=DOCUMENTS, metadatas=METADATA)  # type: ignore[arg-type]

    with Explorer.open(notes, collection=Reading("counted", label="year", embedder="words")) as explorer:
        assert ids_of(explorer.search("orbit", 1)) == ["a b/1"]
    with Explorer.open(notes, collection="counted") as explorer:
        assert ids_of(explorer.search("puck", 1)) == ["d"]
        assert explorer.newsgroups == ["", "1.5", "1993", "1994"]


def test_a_model_of_another_dimensionality_is_refused_and_not_kept(notes: Path) -> None:
    with pytest.raises(UserError, match=r"all-MiniLM-L6-v2 gives 384 numbers, notes has 2: say"):
        Explorer.open(notes, collection=Reading("notes", embedder="minilm"))
    with Explorer.open(notes) as explorer:
        assert not explorer.takes_questions


def test_a_label_that_is_no_field_is_refused_and_not_kept(notes: Path) -> None:
    with pytest.raises(UserError, match=r"no metadata field 'color': its fields are draft, tags, title, topic, year\."):
        Explorer.open(notes, collection=Reading("notes", label="color"))
    with Explorer.open(notes) as explorer:
        assert explorer.newsgroups == ["space", "sport"]


def test_a_folder_that_chroma_wrote_stays_as_it_is(notes: Path) -> None:
    before = contents_of(notes)

    with Explorer.open(notes) as explorer:
        explorer.cluster(2)

    assert contents_of(notes) == before


def test_that_others_delete_a_record_while_it_is_read_is_told(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    get = Collection.get

    def get_once_others_have_deleted(chroma: Collection, **asked: Any) -> Any:
        if asked.get("ids") and "embeddings" in asked["include"]:
            chroma.delete(ids=["c"])
        return get(chroma, **asked)

    monkeypatch.setattr(Collection, "get", get_once_others_have_deleted)
    told = r"^notes was written to while it was read, .*: open it again"
    with Store(mirrored(notes)) as store, pytest.raises(WrittenMeanwhileError, match=told):
        store.foreign_collection("notes")


def test_what_is_added_to_the_folder_is_seen_at_the_next_opening(notes: Path) -> None:
    with Explorer.open(notes) as explorer:
        assert len(explorer.posts) == 5
    with client_of(notes) as client:
        client.get_collection("notes", embedding_function=None).add(ids=["new"], embeddings=[[1.0, 1.0]])  # type: ignore[arg-type]

    with Explorer.open(notes) as explorer:
        assert explorer.post_ids[-1] == "new"


def test_records_of_nothing_but_vectors_are_one_group_by_their_ids(tmp_path: Path) -> None:
    with Explorer.open(make_bare(tmp_path / "db")) as explorer:
        assert [(post.newsgroup, post.subject, post.text) for post in explorer.posts[:1]] == [("", "id 0", "")]
        assert len(explorer.describe(explorer.cluster(2))) == 2
        assert explorer.search("anything", mode="keywords") == []
        assert explorer.suspects is not None
        assert explorer.foreign
        assert about(explorer.foreign) == (
            "bare: 3 records of 2 dimensions, cosine space; no field looks like a label: --label FIELD names one. "
            "It has no metadata."
        )


def test_a_collection_of_one_record_opens_and_an_empty_one_says_so(tmp_path: Path) -> None:
    with Explorer.open(make_bare(tmp_path / "one", 1)) as explorer:
        assert explorer.similar("id 0") == []
        assert explorer.cluster(1).n_clusters == 1
    with pytest.raises(UserError, match="The collection bare is empty"):
        Explorer.open(make_bare(tmp_path / "none", 0))


def test_of_several_collections_one_must_be_named(notes: Path) -> None:
    make_bare(notes)

    with pytest.raises(UserError, match="The store has bare, notes: say --collection NAME"):
        Explorer.open(notes)


def test_a_collection_beside_those_of_this_project_is_opened_by_its_name(folder: Path) -> None:
    make_notes(folder / "chroma")

    with Explorer.open(folder) as explorer:
        assert explorer.manifest.corpus == "small"
    with Explorer.open(folder, collection="notes") as explorer:
        assert explorer.post_ids == IDS[:5]
    with pytest.raises(UserError, match=r"This project made small\.word-counts\.7\.\S+: open it with --corpus small"):
        Explorer.open(folder, collection=str(_manifest_in(folder).collection))


def test_an_ingest_never_writes_to_a_collection_of_somebody_else(folder: Path) -> None:
    name = _manifest_in(folder).collection
    taken = name.replace("small", "other")
    with client_of(folder / "chroma") as client:
        client.create_collection(taken, embedding_function=None)

    with Store(folder) as store, pytest.raises(UserError, match="did not make and never writes to"):
        ingest(make_corpus("other"), Order(), WordEmbedder(), store, Silent())

    with client_of(folder / "chroma") as client:
        assert client.get_collection(taken, embedding_function=None).count() == 0


def test_an_ingest_leaves_a_folder_that_chroma_wrote_alone(notes: Path) -> None:
    before = contents_of(notes)

    with pytest.raises(UserError, match=r"Another program wrote .*: give another --store"):
        Store(notes, create=True)

    assert contents_of(notes) == before


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        (["collections"], "The store has no corpus 'films': nothing was ingested into it."),
        (["search", "orbit"], "No corpus 'films' was ingested into this store. The store has notes"),
    ],
)
def test_a_corpus_is_not_looked_for_among_collections_made_elsewhere(
    notes: Path, capsys: pytest.CaptureFixture[str], verb: list[str], told: str
) -> None:
    assert main([*verb, "--corpus", "films", "--store", str(notes)]) == 1
    assert told in capsys.readouterr().err


def test_collections_lists_what_the_metadata_is(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collections", "--store", str(notes), "--json"]) == 0

    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["n_posts"], listed["dimensions"], listed["space"], listed["label"]) == (6, 2, "l2", "topic")
    assert [(each["name"], each["kind"], each["n_distinct"], each["n_records"]) for each in listed["fields"]] == [
        ("draft", "truth", 2, 2),
        ("tags", "list", 3, 2),
        ("title", "text", 1, 1),
        ("topic", "text", 2, 5),
        ("year", "number", 3, 4),
    ]


def test_the_command_line_filters_by_metadata(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = ["--store", str(notes), "--collection", "notes", "--json"]
    assert main(["similar", "c", "--where", "topic=sport", *said]) == 0

    assert [found["id"] for found in json.loads(capsys.readouterr().out)] == ["e" * 1_000, "d"]


def _manifest_in(folder: Path) -> Manifest:
    with Store(folder) as store:
        return store.manifests()[0]
