"""The embedding cache: nothing that was kept is lost, mixed up, or asked for again."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.embedding_cache import LOOKUP_PAGE, EmbeddingCache, Key, Space, sha256_of
from ingest.errors import UserError
from tests.processes import ROOT

SPACE = Space("word-counts", 2, "CLUSTERING")
OTHER_SPACE = Space("word-counts", 2, "RETRIEVAL_DOCUMENT")

KEEP_ONE_BATCH_AND_DIE = """
import os, signal, sys
from pathlib import Path
import numpy as np
from tests.test_embedding_cache import SPACE, EmbeddingCache

EmbeddingCache(Path(sys.argv[1])).put(SPACE, ["orbit", "goal"], np.array([[1, 0], [0, 1]], np.float32))
os.kill(os.getpid(), signal.SIGKILL)
"""

# Even root cannot write here: the process gives its rights away first.
OPEN_WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from tests.test_embedding_cache import EmbeddingCache, UserError

if os.geteuid() == 0:
    os.seteuid(65534)
try:
    EmbeddingCache(Path(sys.argv[1]))
except UserError as error:
    print(error)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "embeddings.sqlite3"


@pytest.fixture
def cache(path: Path) -> Iterator[EmbeddingCache]:
    with EmbeddingCache(path) as cache:
        yield cache


def rows(*values: tuple[float, float]) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def vectors_of(cache: EmbeddingCache, texts: Sequence[str], space: Space = SPACE) -> NDArray[np.float32]:
    return cache.vectors(space, [sha256_of(text) for text in texts])


def run(program: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_vectors_come_back_bit_by_bit_in_the_order_asked_for(cache: EmbeddingCache) -> None:
    vectors = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
    cache.put(SPACE, ["a", "b", "c"], vectors)
    np.testing.assert_array_equal(vectors_of(cache, ["c", "a", "b"]), vectors[[2, 0, 1]])


@pytest.mark.parametrize("texts", [[], ["a"], ["a", "b", "a"]])
def test_vectors_have_the_shape_and_type_promised(cache: EmbeddingCache, texts: list[str]) -> None:
    cache.put(SPACE, ["a", "b"], rows((1, 0), (0, 1)))
    vectors = vectors_of(cache, texts)
    assert (vectors.shape, vectors.dtype) == ((len(texts), 2), np.float32)


def test_equal_texts_have_equal_vectors(cache: EmbeddingCache) -> None:
    cache.put(SPACE, ["a", "b"], rows((1, 0), (0, 1)))
    np.testing.assert_array_equal(vectors_of(cache, ["b", "a", "b"]), rows((0, 1), (1, 0), (0, 1)))


def test_in_an_empty_cache_every_text_is_missing_once_and_in_order(cache: EmbeddingCache) -> None:
    assert cache.missing(SPACE, ["b", "a", "b", "a"]) == ["b", "a"]


def test_what_was_kept_is_not_missing(cache: EmbeddingCache) -> None:
    cache.put(SPACE, ["a"], rows((1, 0)))
    assert cache.missing(SPACE, ["b", "a"]) == ["b"]


def test_of_hashes_those_are_known_that_have_an_embedding(cache: EmbeddingCache) -> None:
    cache.put(SPACE, ["a", "b"], rows((1, 0), (0, 1)))
    kept, other = sha256_of("a"), sha256_of("c")
    assert cache.known(SPACE, [other, kept, kept]) == {kept}


def test_a_text_without_an_embedding_has_no_vector(cache: EmbeddingCache) -> None:
    with pytest.raises(KeyError):
        vectors_of(cache, ["a"])


def test_threads_may_keep_and_look_up_at_once(cache: EmbeddingCache) -> None:
    def keep_and_look_up(number: int) -> bool:
        texts = [f"{number} {row}" for row in range(20)]
        cache.put(SPACE, texts, np.full((20, 2), number, np.float32))
        return bool((vectors_of(cache, texts) == number).all())

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(keep_and_look_up, range(32)))


def test_a_text_kept_again_has_its_new_vector_and_no_second_row(cache: EmbeddingCache, path: Path) -> None:
    cache.put(SPACE, ["a"], rows((1, 0)))
    cache.put(SPACE, ["a"], rows((0, 1)))
    np.testing.assert_array_equal(vectors_of(cache, ["a"]), rows((0, 1)))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM embeddings").fetchone() == (1,)


@pytest.mark.parametrize(
    "other", [Space("model", 2, "CLUSTERING"), Space("word-counts", 3, "CLUSTERING"), Space("word-counts", 2, "")]
)
def test_spaces_are_apart(cache: EmbeddingCache, other: Space) -> None:
    cache.put(SPACE, ["a"], rows((1, 0)))
    assert cache.missing(other, ["a"]) == ["a"]


def test_the_same_text_may_be_in_two_spaces(cache: EmbeddingCache) -> None:
    cache.put(SPACE, ["a"], rows((1, 0)))
    cache.put(OTHER_SPACE, ["a"], rows((0, 1)))
    np.testing.assert_array_equal(vectors_of(cache, ["a"]), rows((1, 0)))
    np.testing.assert_array_equal(vectors_of(cache, ["a"], OTHER_SPACE), rows((0, 1)))


def test_more_texts_than_one_lookup_takes_are_found(cache: EmbeddingCache) -> None:
    texts = [f"text {number}" for number in range(LOOKUP_PAGE + 5)]
    vectors = np.arange(2 * len(texts), dtype=np.float32).reshape(-1, 2)
    cache.put(SPACE, texts, vectors)
    assert cache.missing(SPACE, [*texts, "new"]) == ["new"]
    np.testing.assert_array_equal(vectors_of(cache, texts[::-1]), vectors[::-1])


@pytest.mark.parametrize("text", ["", "a\0b", "lone \ud800 surrogate", "\N{ROCKET}", "x" * 1_000_000])
def test_any_text_can_be_kept(cache: EmbeddingCache, text: str) -> None:
    cache.put(SPACE, [text], rows((1, 0)))
    assert cache.missing(SPACE, [text]) == []


def test_different_texts_have_different_hashes() -> None:
    texts = ["", " ", "a", "A", "a\ud800", "a?", "a\n"]
    assert len({sha256_of(text) for text in texts}) == len(texts)


def test_a_batch_that_fails_halfway_is_not_kept_at_all(cache: EmbeddingCache) -> None:
    with pytest.raises(ValueError, match="vectors of shape"):
        cache.put(SPACE, ["a", "b"], rows((1, 0)))
    assert cache.missing(SPACE, ["a", "b"]) == ["a", "b"]


def test_what_is_missing_is_claimed_once(cache: EmbeddingCache) -> None:
    cache.put(SPACE, ["a"], rows((1, 0)))
    claimed: set[Key] = set()
    assert cache.unclaimed(SPACE, ["c", "a", "b", "c"], claimed) == ["c", "b"]
    assert cache.unclaimed(SPACE, ["b", "d"], claimed) == ["d"]
    assert claimed == {(SPACE, "c"), (SPACE, "b"), (SPACE, "d")}


def test_what_is_claimed_in_one_space_is_not_in_another(cache: EmbeddingCache) -> None:
    claimed = {(SPACE, "a")}
    assert cache.unclaimed(OTHER_SPACE, ["a"], claimed) == ["a"]


def test_a_refused_text_is_known_by_the_reason_and_has_no_embedding(cache: EmbeddingCache) -> None:
    cache.refuse(SPACE, "a", "too long")
    assert cache.refusals(SPACE, [sha256_of("b"), sha256_of("a")]) == {sha256_of("a"): "too long"}
    assert cache.missing(SPACE, ["a"]) == ["a"]


def test_a_text_refused_again_has_the_new_reason(cache: EmbeddingCache) -> None:
    for reason in ("too long", "too short"):
        cache.refuse(SPACE, "a", reason)
    assert cache.refusals(SPACE, [sha256_of("a")]) == {sha256_of("a"): "too short"}


def test_a_text_that_is_embedded_after_all_is_refused_no_longer(cache: EmbeddingCache) -> None:
    for text in ("a", "b"):
        cache.refuse(SPACE, text, "too long")
    cache.put(SPACE, ["a"], rows((1, 0)))
    assert cache.refusals(SPACE, [sha256_of("a"), sha256_of("b")]) == {sha256_of("b"): "too long"}


def test_a_text_is_refused_in_one_space_alone(cache: EmbeddingCache) -> None:
    for space in (SPACE, OTHER_SPACE):
        cache.refuse(space, "a", space.task_type)
    cache.put(SPACE, ["a"], rows((1, 0)))
    assert cache.refusals(SPACE, [sha256_of("a")]) == {}
    assert cache.refusals(OTHER_SPACE, [sha256_of("a")]) == {sha256_of("a"): "RETRIEVAL_DOCUMENT"}


def test_a_refusal_is_there_when_the_file_is_opened_again(cache: EmbeddingCache, path: Path) -> None:
    cache.refuse(SPACE, "a", "too long")
    cache.close()
    with EmbeddingCache(path) as reopened:
        assert reopened.refusals(SPACE, [sha256_of("a")]) == {sha256_of("a"): "too long"}


def test_a_cache_from_before_refusals_were_kept_is_opened(cache: EmbeddingCache, path: Path) -> None:
    cache.put(SPACE, ["a"], rows((1, 0)))
    cache.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE refusals")
    with EmbeddingCache(path) as reopened:
        assert (reopened.missing(SPACE, ["a"]), reopened.refusals(SPACE, [sha256_of("a")])) == ([], {})


def test_what_was_kept_is_there_when_the_file_is_opened_again(cache: EmbeddingCache, path: Path) -> None:
    cache.put(SPACE, ["a"], rows((1, 0)))
    cache.close()
    with EmbeddingCache(path) as reopened:
        np.testing.assert_array_equal(vectors_of(reopened, ["a"]), rows((1, 0)))


def test_what_was_kept_survives_a_kill(path: Path) -> None:
    assert run(KEEP_ONE_BATCH_AND_DIE, path).returncode == -signal.SIGKILL
    with EmbeddingCache(path) as survivor:
        np.testing.assert_array_equal(vectors_of(survivor, ["orbit", "goal"]), rows((1, 0), (0, 1)))


def test_looking_up_writes_nothing(cache: EmbeddingCache, path: Path) -> None:
    cache.missing(SPACE, ["a"])
    # A second connection could not write while the first has a transaction open.
    with sqlite3.connect(path, timeout=0) as other:
        other.execute("CREATE TABLE free (id)")


def test_a_file_that_is_no_database_is_told_with_what_to_do(path: Path) -> None:
    path.write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(
        UserError, match=r"sqlite3 is damaged \(file is not a database\): put a copy of it back, or move"
    ):
        EmbeddingCache(path)


def test_a_damaged_page_is_told_when_it_is_read(cache: EmbeddingCache, path: Path) -> None:
    texts = [f"text {number}" for number in range(2_000)]
    cache.put(SPACE, texts, np.zeros((2_000, 2), np.float32))
    cache.close()
    with path.open("r+b") as file:
        file.seek(3 * 4_096)
        file.write(b"\xa5" * (path.stat().st_size - 3 * 4_096))
    with EmbeddingCache(path) as damaged, pytest.raises(UserError, match="is damaged"):
        damaged.missing(SPACE, texts)


def test_a_file_that_may_not_be_written_is_told() -> None:
    # Not in tmp_path, which only its owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "embeddings.sqlite3")
        EmbeddingCache(path).close()
        path.chmod(0o444)
        path.parent.chmod(0o555)
        told = run(OPEN_WITHOUT_RIGHTS, path).stdout
    assert told.startswith(f"The embedding cache {path} cannot be used (attempt to write a readonly database): ")


def test_a_path_that_is_a_folder_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(UserError, match=r"cannot be used \(unable to open database file\)"):
        EmbeddingCache(path)


def test_a_cache_that_is_closed_is_not_called_damaged(path: Path) -> None:
    cache = EmbeddingCache(path)
    cache.close()
    with pytest.raises(UserError, match=r"cannot be used \(Cannot operate on a closed database\.\): mend that"):
        cache.refusals(SPACE, ["00"])


def test_vectors_that_cannot_be_read_back_are_not_kept(cache: EmbeddingCache) -> None:
    with pytest.raises(ValueError, match="float64 vectors of shape"):
        cache.put(SPACE, ["a"], np.ones((1, SPACE.dimensions)))  # type: ignore[arg-type]
    assert cache.missing(SPACE, ["a"]) == ["a"]
