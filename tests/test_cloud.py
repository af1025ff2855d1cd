"""Chroma Cloud, before what stands in for it: a key, quotas that every request keeps to, and a certificate."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from explorer import Explorer
from ingest.cleaning import Cleaning
from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Silent
from ingest.store import Store
from ingest.store.cloud import OF_CHROMA_CLOUD
from tests.cloud_server import KEY, CloudServer
from tests.conftest import make_corpus
from tests.stores import faults_of, many_posts
from tests.word_embedder import WordEmbedder

ONE = Order(task_types=(TaskType.RETRIEVAL_DOCUMENT,))
MANY = Corpus("many", "memory", many_posts(650))


@pytest.fixture
def cloud(chroma_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudServer]:
    """What stands in for Chroma Cloud, and is taken for it."""
    with CloudServer(chroma_url) as cloud:
        for variable, value in cloud.environment.items():
            monkeypatch.setenv(variable, value)
        yield cloud


def ingest_into_cloud(path: Path, corpus: Corpus, order: Order = ONE) -> None:
    with Store(path, chroma_url="cloud") as store:
        ingest(corpus, order, WordEmbedder(), store, Silent())


@pytest.mark.usefixtures("embedder")
def test_more_posts_than_a_request_may_have_are_written_read_searched_replaced_and_rebuilt(
    path: Path, cloud: CloudServer
) -> None:
    ingest_into_cloud(path, MANY)
    ingest_into_cloud(path, replace(MANY, posts=MANY.posts[:640]), replace(ONE, replace=True))
    with Explorer.open(path, chroma_url="cloud") as explorer:
        assert len(explorer.search("orbit", 400)) == 400
        assert explorer.posts == MANY.posts[:640]
    with Store(path, chroma_url="cloud") as store:
        store.rebuild(Silent())
        assert faults_of(store) == [[]]
    assert 1 < cloud.most_at_once <= 10


def test_a_text_that_is_too_long_is_stored_as_a_cut_that_says_so_and_embedded_whole(
    path: Path, cloud: CloudServer
) -> None:
    long = Post("train/sci.med/0", "sci.med", "train", "s" * 5_000, "é" * 8_191 + "orbit rocket")
    order = replace(ONE, cleaning=replace(ONE.cleaning, max_characters=20_000))
    corpus = Corpus("long", "memory", [long])
    for _ in range(2):
        ingest_into_cloud(path, corpus, order)
    with Store(path, chroma_url="cloud") as store:
        (manifest,) = store.manifests()
        collection = store.collection(manifest.collection)
        assert collection.posts() == [replace(long, subject="s" * 4_096, text="é" * 8_191 + "or", truncated=True)]
        np.testing.assert_allclose(
            collection.vectors(), WordEmbedder().embed([long.text], TaskType.CLUSTERING), atol=1e-6
        )
        assert faults_of(store) == [[]]
    assert cloud.requests["upsert"] == 1


@pytest.mark.usefixtures("cloud")
def test_ids_that_are_too_long_end_in_a_hash_and_stay_apart(path: Path) -> None:
    posts = [Post("p" * 200 + str(number), "sci.med", "train", "", "orbit") for number in range(2)]
    for _ in range(2):
        ingest_into_cloud(path, Corpus("long", "memory", posts))
    with Store(path, chroma_url="cloud") as store:
        stored = store.collection(store.manifests()[0].collection).posts()
        assert faults_of(store) == [[]]
    assert [(len(post.id), post.id[:100]) for post in stored] == [(128, "p" * 100)] * 2
    assert stored[0].id != stored[1].id


@pytest.mark.usefixtures("cloud")
def test_a_source_that_is_longer_than_a_manifest_may_say_is_read_as_it_was_written(path: Path) -> None:
    source = "/" + "日本語/" * 400 + "posts.csv"
    ingest_into_cloud(path, replace(make_corpus(), source=source))
    ingest_into_cloud(path, replace(make_corpus(), source=source))
    with Store(path, chroma_url="cloud") as store:
        (manifest,) = store.manifests()
        assert (manifest.source, manifest.complete) == (source, True)
        store.rebuild(Silent())
        assert (store.manifests(), faults_of(store)) == ([manifest], [[]])


def named_for_cloud(length: int) -> Corpus:
    """Make a corpus whose collection has a name of so many characters."""
    rest = len(".word-counts.7.retrieval-document")
    return replace(make_corpus(), name="x" * (length - rest))


@pytest.mark.usefixtures("cloud")
def test_the_longest_name_that_is_taken_is_taken_for_its_draft_too(path: Path) -> None:
    corpus = named_for_cloud(128 - len(".draft"))
    ingest_into_cloud(path, corpus)
    ingest_into_cloud(path, corpus, replace(ONE, replace=True, cleaning=Cleaning(max_characters=50)))
    with Store(path, chroma_url="cloud") as store:
        assert [(len(each.collection), each.complete) for each in store.manifests()] == [(122, True)]


def test_a_name_that_is_too_long_is_told_before_anything_is_embedded(path: Path, cloud: CloudServer) -> None:
    embedder = WordEmbedder()
    with Store(path, chroma_url="cloud") as store, pytest.raises(UserError) as told:
        ingest(named_for_cloud(123), ONE, embedder, store, Silent())
    assert str(told.value) == (
        f"The collection {'x' * 90}.word-counts.7.retrieval-document cannot be made, since its name has 123 characters "
        "instead of at most 122: give a shorter --corpus NAME, or a --model of a shorter name."
    )
    assert (embedder.texts, cloud.requests["upsert"]) == ([], 0)


class WideEmbedder(WordEmbedder):
    dimensions = 4_097


@pytest.mark.usefixtures("cloud")
def test_vectors_that_are_too_long_are_told_before_anything_is_embedded(path: Path) -> None:
    embedder = WideEmbedder()
    with (
        Store(path, chroma_url="cloud") as store,
        pytest.raises(UserError, match=r"at most 4,096 numbers there: give fewer --dimensions, or another --model\.$"),
    ):
        ingest(make_corpus(), ONE, embedder, store, Silent())
    assert embedder.texts == []


def test_a_character_is_not_cut_in_two() -> None:
    post = Post("0", "", "", "", "a" * 16_383 + "é")
    assert OF_CHROMA_CLOUD.fitted(post) == replace(post, text="a" * 16_383, truncated=True)
    assert OF_CHROMA_CLOUD.fitted(replace(post, text="é" * 8_192)).truncated is False


def test_without_a_key_that_is_told(path: Path) -> None:
    with pytest.raises(UserError, match="Chroma Cloud wants a key: set CHROMA_API_KEY"):
        Store(path, chroma_url="cloud")


@pytest.mark.usefixtures("cloud")
def test_a_wrong_key_is_told_and_not_repeated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMA_API_KEY", "a-wrong-key")
    with pytest.raises(UserError) as told:
        Store(path, chroma_url="cloud")
    assert str(told.value) == (
        "Chroma Cloud refuses to answer (401): check CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE."
    )


@pytest.mark.usefixtures("cloud")
def test_a_database_that_is_not_there_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMA_TENANT", "default_tenant")
    monkeypatch.setenv("CHROMA_DATABASE", "nowhere")
    with pytest.raises(UserError, match="check CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE"):
        Store(path, chroma_url="cloud")


@pytest.mark.usefixtures("cloud")
def test_a_quota_that_is_exceeded_is_told_with_chromas_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.cloud_server.DOCUMENT_BYTES", 10)
    with pytest.raises(UserError, match=r"Chroma Cloud takes no more of small.* \(a document of 18 bytes exceeds"):
        ingest_into_cloud(path, make_corpus())


@pytest.mark.usefixtures("cloud")
def test_a_key_that_chroma_repeats_is_in_no_message(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repeated = f"the key {KEY} has used it up"
    monkeypatch.setattr("tests.cloud_server._broken_quota", lambda _, body: repeated if body else None)
    with pytest.raises(UserError, match=r"\(the key \*\*\* has used it up\)"):
        ingest_into_cloud(path, make_corpus())


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """The file of a certificate that nobody but this machine knows, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "certificate.pem").write_bytes(made.public_bytes(pem) + secret)
    return tmp_path / "certificate.pem"


def test_a_certificate_of_ones_own_is_trusted_once_ssl_cert_file_names_it(
    path: Path, chroma_url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with CloudServer(chroma_url, context) as secure:
        headers = {"X-Chroma-Token": secure.environment["CHROMA_API_KEY"]}
        with pytest.raises(UserError, match=r"shows a certificate that is not trusted .*: let SSL_CERT_FILE name"):
            Store(path, chroma_url=secure.url, chroma_headers=headers)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with Store(path, chroma_url=secure.url, chroma_headers=headers) as store:
            assert store.manifests() == []
