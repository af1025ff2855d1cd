"""A store whose collections are on a Chroma server: it answers as others do, is shared, and tells of bad days."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from chromadb.api.models.Collection import Collection
from numpy.typing import NDArray

from explorer import Explorer
from ingest import changes
from ingest.__main__ import main
from ingest.embedders import TaskType
from ingest.errors import UserError, WrittenMeanwhileError
from ingest.job import StoppedIngestError, ingest
from ingest.order import Order
from ingest.posts import Corpus
from ingest.progress import Advance, Silent, ignore
from ingest.store import Opening, Store, StoredCollection, remote_requests
from ingest.store.connection import NEVER, Connection
from ingest.store.drafts import draft_of
from ingest.store.lock import WRITING_LOCK
from ingest.store.server import OF_A_SERVER, Server
from tests.chroma_server import ChromaServer, free_port
from tests.cloud_server import KEY, CloudServer
from tests.commands import command
from tests.conftest import make_corpus
from tests.stores import MANIFEST, NAME, Site, faults_of, half_circle, make_post, many_posts, records_of
from tests.word_embedder import BATCH, WordEmbedder

POSTS, VECTORS = many_posts(4), half_circle(4)
ONE = Order(task_types=(TaskType.CLUSTERING,))


class KillingEmbedder(WordEmbedder):
    """Kills the Chroma server while its second batch is on its way."""

    def __init__(self, server: ChromaServer) -> None:
        super().__init__()
        self._server = server

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if len(self.embedded) == 1:
            self._server.kill()
        return super().embed(texts, task_type)


class WrongServer(BaseHTTPRequestHandler):
    """Answers, but is no Chroma server of today."""

    status, content = 200, b"<html>It works!</html>"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def remote(tmp_path: Path, chroma_url: str) -> Iterator[Store]:
    """A store with the nine small posts, whose collections are on a server."""
    with Store(tmp_path / "remote", chroma_url=chroma_url) as store:
        ingest(make_corpus(), Order(), WordEmbedder(), store, Silent())
        yield store


@pytest.fixture
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once for what fails in passing."""
    monkeypatch.setattr(remote_requests, "FIRST_WAIT", 0.0)


def ingest_many(store: Store, embedder: WordEmbedder, n_posts: int = 3 * BATCH) -> None:
    ingest(Corpus("many", "memory", many_posts(n_posts)), ONE, embedder, store, Silent())


@pytest.mark.usefixtures("embedder")
def test_several_explorers_and_an_ingest_share_a_server_and_a_folder(remote: Store, chroma_url: str) -> None:
    with Explorer.open(remote.path, chroma_url=chroma_url) as one, Explorer.open(remote.path, chroma_url=chroma_url):
        ingest_many(remote, WordEmbedder())
        assert one.search("orbit", 1)[0].post.id == "test/sci.space/2"


def test_a_store_tells_what_is_on_the_server_now(remote: Store, chroma_url: str) -> None:
    with Store(remote.path.parent / "elsewhere", chroma_url=chroma_url) as other:
        before = {manifest.corpus for manifest in other.manifests()}
        ingest_many(remote, WordEmbedder())
        assert (before, {manifest.corpus for manifest in other.manifests()}) == ({"small"}, {"small", "many"})


def test_what_is_read_of_a_collection_that_others_have_written_to_is_refused(remote: Store, chroma_url: str) -> None:
    name = remote.manifests()[0].collection
    with Store(remote.path, chroma_url=chroma_url) as other:
        stale = other.collection(name)
        remote.collection(name).mark_unsealed()
        for read in (stale.posts, stale.vectors):
            with pytest.raises(UserError, match=f"^{name} was written to while it was read, .*: open it again"):
                read()


def test_what_is_read_of_a_collection_that_grows_by_pages_meanwhile_is_refused(chroma_url: str) -> None:
    pages_of_three = replace(OF_A_SERVER, records_read=3)
    with closing(Connection(Server(chroma_url, quotas=pages_of_three))) as connection:
        connection.create(MANIFEST, NEVER)
        connection.collection(NAME).upsert(records_of(POSTS[:2]), VECTORS[:2])
        stale = connection.collection(NAME)

        @contextmanager
        def reached_while_others_write() -> Iterator[Collection]:
            yield connection.bare(NAME)
            connection.collection(NAME).upsert(records_of(many_posts(9)), half_circle(9))
            connection.collection(NAME).mark_sealed(complete=True)

        with pytest.raises(WrittenMeanwhileError):
            stale.reached_by(reached_while_others_write).vectors()


def test_of_two_ingests_into_a_folder_one_writes_to_the_server(
    remote: Store, chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.store.lock.SECONDS_TO_WAIT", 0.1)
    with (
        Store(remote.path, chroma_url=chroma_url) as other,
        remote.reserved(),
        pytest.raises(UserError, match=f"in use by process {os.getpid()}"),
    ):
        ingest_many(other, WordEmbedder())
    assert (remote.path / WRITING_LOCK).exists()
    assert not (remote.path / "chroma").exists()


@pytest.mark.usefixtures("embedder")
def test_who_has_a_collection_open_while_it_is_made_anew_goes_on(remote: Store, chroma_url: str) -> None:
    ingest(make_corpus(), Order(), WordEmbedder(), remote, Silent())
    with Explorer.open(remote.path, chroma_url=chroma_url) as explorer:
        before = explorer.search("orbit", 3)
        remote.rebuild(Silent())
        assert explorer.search("rocket", 3) and explorer.search("orbit", 3) == before


def test_what_is_left_of_a_rebuilding_does_not_take_the_place_of_what_is_deleted(
    remote: Store, chroma_url: str
) -> None:
    manifest, *_ = remote.manifests()
    with remote.writing(Silent()) as writer:
        writer.open([Opening(manifest, is_anew=True)])
        remote.delete(manifest.corpus)
    with Store(remote.path, chroma_url=chroma_url) as store:
        assert store.manifests() == []


class WritingMeanwhile:
    """Progress during which somebody else writes to a collection, from a folder of their own."""

    def __init__(self, elsewhere: Site, name: str) -> None:
        self._elsewhere, self._name = elsewhere, name

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        yield self._write if name == "rebuild" else ignore

    def _write(self, n_done: int, standing: str = "") -> None:
        self._elsewhere.tamper(write_one_more, self._name)


def write_one_more(collection: StoredCollection) -> None:
    collection.upsert(records_of([make_post(99)]), np.ones((1, 7), np.float32))
    collection.mark_sealed(complete=True)


def test_what_others_write_while_a_collection_is_made_anew_stays(remote: Store, chroma_server: ChromaServer) -> None:
    name = remote.manifests()[0].collection
    elsewhere = Site(remote.path.parent / "elsewhere", chroma_server.url)
    with pytest.raises(UserError, match=f"^Somebody has written to {name} while .* stays as it is: run the"):
        remote.rebuild(WritingMeanwhile(elsewhere, name))
    assert remote.collection(name).post(make_post(99).id) == make_post(99)
    assert chroma_server.names() == [manifest.collection for manifest in remote.manifests()]


def test_a_draft_whose_putting_in_place_was_cut_short_is_finished_by_who_opens_next(
    path: Path, chroma_url: str, chroma_server: ChromaServer
) -> None:
    with Store(path, chroma_url=chroma_url) as store, store.writing(Silent()) as writer:
        writer.open([Opening(MANIFEST)])
        writer.upsert(NAME, records_of(POSTS), VECTORS)
        writer.seal([NAME], {NAME: 4})
        chroma_server.client().get_collection(NAME, embedding_function=None).modify(name=draft_of(NAME))
    with Store(path, chroma_url=chroma_url) as store:
        assert store.collection(NAME).posts() == POSTS


@pytest.mark.usefixtures("_no_wait")
def test_after_a_server_that_went_down_the_next_ingest_pays_for_nothing_twice(path: Path, tmp_path: Path) -> None:
    with ChromaServer(tmp_path / "chroma") as server, Store(path, chroma_url=server.url) as store:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(changes, "PAGE", BATCH)
            with pytest.raises(StoppedIngestError, match=f"^The Chroma server at {server.url} .*(reached|broke off)"):
                ingest_many(store, embedder := KillingEmbedder(server))
        server.start()
        ingest_many(store, again := WordEmbedder())
        assert sorted(embedder.texts + again.texts) == sorted(post.text for post in many_posts(3 * BATCH))
        assert faults_of(store) == [[]]


def test_a_server_that_is_not_there_is_told_with_how_to_start_one(path: Path) -> None:
    port = free_port()
    with pytest.raises(UserError) as told:
        Store(path, chroma_url=f"http://127.0.0.1:{port}")
    assert str(told.value) == (
        f"The Chroma server at http://127.0.0.1:{port} cannot be reached ([Errno 111] Connection refused): "
        f"start one with `chroma run --path FOLDER --port {port}`, or mend --chroma-url."
    )


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://host", "http://a b", "http://host:x", "http://host?q"])
def test_what_is_no_address_of_a_server_is_told(path: Path, url: str) -> None:
    with pytest.raises(UserError, match=r"is no address of a Chroma server: give http://HOST:PORT, .* or cloud"):
        Store(path, chroma_url=url)


def test_a_password_in_an_address_is_refused_and_not_repeated(path: Path) -> None:
    with pytest.raises(UserError, match="no place for a name and a password") as told:
        Store(path, chroma_url="http://me:secret@host:8000")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("status", "content"), [(200, b"<html>It works!</html>"), (200, b'"0.6.3"'), (404, b""), (410, b"{}")]
)
def test_a_server_that_speaks_another_language_is_told(path: Path, status: int, content: bytes) -> None:
    handler = type("Handler", (WrongServer,), {"status": status, "content": content})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        with pytest.raises(UserError, match="is no Chroma server of version 1 or later: update it, or mend"):
            Store(path, chroma_url=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


def test_headers_open_a_server_behind_a_proxy_and_are_in_no_message(
    path: Path, chroma_url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ingesting = command(main, capfd)
    with CloudServer(chroma_url) as proxy:
        verify = ("--verify", "--store", path, "--chroma-url", proxy.url)
        refused = ingesting(*verify, "--chroma-header", "x-chroma-token: a-wrong-one")
        by_option = ingesting(*verify, "--chroma-header", f"x-chroma-token: {KEY}")
        monkeypatch.setenv("EXPLORER_CHROMA_HEADERS", f"X-Other: 1\nX-Chroma-Token: {KEY}\n")
        by_environment = ingesting(*verify)
    assert refused.err == (
        f"error: The Chroma server at {proxy.url} refuses to answer (401): give what it asks for with "
        "--chroma-header 'NAME: VALUE' or in EXPLORER_CHROMA_HEADERS.\n"
    )
    assert by_option.err == by_environment.err
    assert "There is nothing to verify" in by_option.err


@pytest.mark.parametrize("url", [(), ("--chroma-url", "cloud")])
def test_a_header_that_nobody_would_get_is_refused(
    path: Path, capfd: pytest.CaptureFixture[str], url: tuple[str, ...]
) -> None:
    ended = command(main, capfd)("--verify", "--store", path, "--chroma-header", "X: secret", *url)
    assert (ended.status, "--chroma-header is for a Chroma server" in ended.err, "secret" in ended.err) == (
        1,
        True,
        False,
    )


def test_a_header_that_is_none_is_refused_and_not_repeated(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    monkeypatch.setenv("EXPLORER_CHROMA_HEADERS", "secret")
    ended = command(main, capfd)("--verify", "--store", path, "--chroma-url", "http://127.0.0.1:9")
    assert "EXPLORER_CHROMA_HEADERS cannot be used (a header is not of the form 'NAME: VALUE')" in ended.err
    assert "secret" not in ended.err
