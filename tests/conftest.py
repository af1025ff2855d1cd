"""What many tests share: small posts, stores in temporary folders, and the bundled sample embedded once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import portalocker
import pytest

from explorer import Explorer
from ingest.corpora import newsgroups, read_corpus
from ingest.embedders import EMBEDDERS
from ingest.embedders.minilm import MiniLMEmbedder
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Silent
from ingest.store import Store
from tests.chroma_server import ChromaServer
from tests.explorers import fill
from tests.gemini_server import GeminiServer
from tests.sending import Clock
from tests.stores import Site
from tests.word_embedder import WordEmbedder

# The one thing that CI cannot install; every other skip is a failure there.
NO_REAL_POSTS = "20 Newsgroups is not in scikit-learn's cache: set SCIKIT_LEARN_DATA to a folder that has it"

TEXTS = {
    "sci.space": ["orbit orbit rocket", "rocket to orbit", "orbit"],
    "rec.sport.hockey": ["goal puck", "goal goal", "the puck"],
    "sci.crypt": ["cipher key", "key key cipher", "a cipher"],
}


# What takes longest is begun first: a process that began it last would be waited for by the others.
LONGEST = (
    "test_readme.py",
    "test_examples.py",
    "test_neighborhoods.py",
    "test_torture.py",
    "test_kills.py",
    "test_app.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip that CI could have avoided into a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") and NO_REAL_POSTS not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


def make_corpus(name: str = "small") -> Corpus:
    """Make nine posts, three in each of three newsgroups; the last of each is for testing."""
    return Corpus(name, "memory", [_post(newsgroup, number) for newsgroup in TEXTS for number in range(3)])


def _post(newsgroup: str, number: int) -> Post:
    subset = "test" if number == 2 else "train"
    return Post(f"{subset}/{newsgroup}/{number}", newsgroup, subset, f"about {newsgroup}", TEXTS[newsgroup][number])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store can be; nothing is there yet."""
    return tmp_path / "store"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new, empty store."""
    with Store(tmp_path / "store", create=True) as store:
        yield store


@pytest.fixture
def small_store(store: Store) -> Store:
    """A store with the nine posts of ``make_corpus``, embedded by counting words."""
    ingest(make_corpus(), Order(), WordEmbedder(), store, Silent())
    return store


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with the bundled sample, embedded offline; a test that changes it copies it first."""

    def embed(path: Path) -> None:
        with Store(path, create=True) as store:
            ingest(read_corpus("sample"), Order(), MiniLMEmbedder(), store, Silent())

    return made_once("sample", embed, tmp_path_factory)


@pytest.fixture(scope="session")
def mapped_store(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the map that the app opens with, which takes long to compute for the first time."""

    def project(path: Path) -> None:
        shutil.copytree(sample_store, path)
        with Explorer.open(path) as explorer:
            explorer.trust(explorer.project("umap"))

    return made_once("mapped", project, tmp_path_factory)


def made_once(name: str, make: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of a store that one of the processes which run the tests makes, and the others wait for."""
    ours = tmp_path_factory.getbasetemp()
    shared = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / f"shared-{name}"
    with portalocker.Lock(f"{shared}.lock", timeout=600):
        if not shared.exists():
            make(shared.with_suffix(".part"))
            shared.with_suffix(".part").rename(shared)
    return Path(shutil.copytree(shared, tmp_path_factory.mktemp(name) / "store"))


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nine posts embedded by counting words, which every test copies."""
    return fill(tmp_path_factory.mktemp("filled") / "store", make_corpus(), WordEmbedder())


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A store with nine posts, which a test may change."""
    return Path(shutil.copytree(filled, tmp_path / "store"))


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """The embedder that explorers find by the name in the manifest."""
    embedder = WordEmbedder()
    monkeypatch.setitem(EMBEDDERS, embedder.name, lambda *_: embedder)
    return embedder


@pytest.fixture
def explorer(folder: Path, embedder: WordEmbedder) -> Iterator[Explorer]:
    """An explorer of nine posts."""
    with Explorer.open(folder) as explorer:
        yield explorer


@pytest.fixture(scope="session")
def real_posts() -> Corpus:
    """The posts of 20 Newsgroups, where scikit-learn has them cached."""
    if not newsgroups.is_cached():
        pytest.skip(NO_REAL_POSTS)
    return read_corpus("20newsgroups")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeminiServer]:
    """What stands in for the Gemini API, and is taken for it."""
    with GeminiServer() as server:
        for variable, value in server.environment.items():
            monkeypatch.setenv(variable, value)
        yield server


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """A Chroma server, which tests share; each takes it through ``chroma_url``."""
    with ChromaServer(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def chroma_url(chroma_server: ChromaServer) -> str:
    """The address of a Chroma server without collections."""
    chroma_server.clear()
    return chroma_server.url


@pytest.fixture(params=["embedded", "server"])
def anywhere(request: pytest.FixtureRequest) -> str | None:
    """Where the collections are: None for in the store's folder, and the address of a Chroma server.

    What a store does is tested in both places. In the folder alone are tests of what a server keeps to itself, so that
    it is none of our code's business there: files and indexes, when they are written, what a kill leaves of them, the
    process that writes them, and the lock that keeps others from them.
    """
    url: str | None = request.getfixturevalue("chroma_url") if request.param == "server" else None
    return url


@pytest.fixture
def site(path: Path, anywhere: str | None) -> Site:
    """Where a store can be, in its folder and on a server; nothing is there yet."""
    return Site(path, anywhere)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes as fast as it is slept through."""
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test use the key of whoever runs it."""
    for variable in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "EXPLORER_STORE", "EXPLORER_CHROMA_URL", "CHROMA_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
