"""Collections that this project did not make, beside its own: in a folder that is ingested into, and on a server."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.__main__ import main
from explorer.app.asking import Asking
from explorer.app.corpora import Corpora
from explorer.app.data_pane import holdings_of
from explorer.app.lending import OpenLibrary, OpenScreens
from explorer.verbs.parsing import parse
from explorer.verbs.wire import Sender
from ingest.bars import ConsoleProgress
from ingest.embedders import EMBEDDERS, TaskType
from ingest.errors import UserError
from ingest.job import ingest
from ingest.order import Order
from ingest.progress import Silent
from ingest.store import Store, mirrored
from tests.chroma_server import ChromaServer
from tests.conftest import make_corpus
from tests.explorers import ids_of
from tests.foreign import DOCUMENTS, IDS, METADATA, add_notes, make_bare, make_notes
from tests.word_embedder import WordEmbedder

SMALL, OTHER = "small.word-counts.7", "other.word-counts.7"


@pytest.fixture
def both(folder: Path) -> Path:
    """A store with nine posts of ours, and six records of somebody else."""
    make_notes(folder / "chroma")
    return folder


@pytest.fixture
def corpora(both: Path) -> Iterator[Corpora]:
    with Store(both) as store:
        yield Corpora(store)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def counted(server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Make six records on the server that an embedder of ours embedded; return the options that name them."""
    monkeypatch.setitem(EMBEDDERS, "words", lambda *_: WordEmbedder())
    vectors = WordEmbedder().embed(DOCUMENTS, TaskType.RETRIEVAL_DOCUMENT)
    with closing(server.client()) as client:  # type: ignore[type-var]
        made = client.create_collection("counted", embedding_function=None)
        made.add(ids=IDS, embeddings=vectors, documents=DOCUMENTS, metadatas=METADATA)  # type: ignore[arg-type]
    yield ["--store", str(tmp_path), "--chroma-url", server.url, "--collection", "counted"]
    server.clear()


def options_of(*arguments: str) -> argparse.Namespace:
    return parse(["similar", "c", *arguments])


def test_what_others_made_goes_on_serving_after_an_ingest_into_the_same_folder(corpora: Corpora) -> None:
    notes = corpora["notes"].explorer
    assert ids_of(notes.search("puck", mode="keywords")) == ["d", "e" * 1_000]
    ingest(make_corpus("other"), Order(), WordEmbedder(), corpora.store, Silent())
    corpora.notice()

    assert set(corpora) == {SMALL, OTHER, "notes"}
    assert corpora["notes"].explorer is notes
    assert ids_of(notes.similar("c", 1)) == ["日本/2"]


def test_the_page_of_data_lists_both_and_deletes_ours_alone(corpora: Corpora) -> None:
    shown = holdings_of(corpora.store)

    assert [(row[0], row[4], row[6]) for row in shown["rows"]] == [
        ("small", "9", "complete"),
        ("small", "9", "complete"),
        ("notes", "6", "made elsewhere"),
    ]
    assert shown["corpora"] == ["small"]
    with pytest.raises(UserError, match="has no corpus 'notes' to delete"):
        corpora.store.delete("notes")


def test_what_others_made_is_never_rebuilt(corpora: Corpora) -> None:
    with pytest.raises(UserError, match=r"did not make \(notes\), and cannot make anew"):
        corpora.store.rebuild(Silent())


def test_the_app_answers_about_the_collection_that_a_command_line_names(corpora: Corpora) -> None:
    library, progress = OpenLibrary(OpenScreens(corpora), Sender(lambda _: None)), ConsoleProgress()

    with library.explorer(options_of(), progress) as ours:
        assert ours is corpora[SMALL].explorer
    with library.explorer(options_of("--collection", "notes"), progress) as theirs:
        assert theirs is corpora["notes"].explorer
    with library.explorer(options_of("--collection", "notes", "--label", "year"), progress) as otherwise:
        assert otherwise.newsgroups == ["", "1.5", "1993", "1994"]


def test_over_http_ours_is_meant_unless_the_other_is_named(corpora: Corpora) -> None:
    ask = Asking(corpora)

    assert [each["collection"] for each in ask("collections", {})][-1] == "notes"
    assert ask("search", {"text": "puck", "mode": "keywords"})[0]["newsgroup"] == "rec.sport.hockey"
    asked = {"corpus": "notes", "text": "puck", "mode": "keywords", "where": ["year=1994"]}
    assert [each["id"] for each in ask("search", asked)] == ["d"]


def test_nothing_is_ingested_into_a_mirror_of_what_others_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    with Store(mirrored(make_bare(tmp_path / "db"))) as store, pytest.raises(UserError, match="mirrors what another"):
        ingest(make_corpus(), Order(), WordEmbedder(), store, Silent())


def test_a_collection_made_on_a_server_meanwhile_is_noticed_and_read(
    server: ChromaServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path, chroma_url=server.url) as store:
        corpora = Corpora(store)
        assert not corpora
        with closing(server.client()) as client:  # type: ignore[type-var]
            client.create_collection("nothing", embedding_function=None)
            add_notes(client)
        corpora.notice()
        assert list(corpora) == ["notes"]

    with Explorer.open(tmp_path, collection="notes", chroma_url=server.url) as explorer:
        assert explorer.post_ids == IDS[:5]
        assert ids_of(explorer.similar("c", 1)) == ["日本/2"]

    assert main(["collections", "--store", str(tmp_path), "--chroma-url", server.url, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(each["collection"], each["n_posts"], each["label"]) for each in listed] == [
        ("notes", 6, "topic"),
        ("nothing", 0, ""),
    ]


def test_what_is_on_a_server_is_asked_clustered_mapped_and_exported(
    counted: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, places = tmp_path / "posts.jsonl", tmp_path / "map.csv"

    assert main(["search", "puck", "-n", "1", *counted, "--embedder", "words", "--model", "word-counts", "--json"]) == 0
    assert [hit["id"] for hit in json.loads(capsys.readouterr().out)] == ["d"]
    assert main(["cluster", "-k", "3", *counted, "--json"]) == 0
    assert sorted(each["size"] for each in json.loads(capsys.readouterr().out)["clusters"]) == [1, 2, 3]
    assert main(["project", "--method", "pca", "--out", str(places), *counted]) == 0
    assert len(places.read_text("utf-8").splitlines()) == 1 + len(IDS)
    assert main(["export", str(table), "--map", "pca", "-k", "3", "--question", "puck", *counted]) == 0
    first = json.loads(table.read_text("utf-8").splitlines()[0])
    assert first.keys() >= {"x", "y", "cluster", "similarity", "field:topic"}
    assert (first["id"], first["field:year"]) == (IDS[0], 1993)
