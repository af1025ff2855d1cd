"""Keywords: the BM25 index over posts, which words count as one, and which of a post's words match a question."""

from __future__ import annotations

import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from explorer import Explorer
from explorer.derived import DerivedResults
from explorer.keywords import KeywordIndex
from explorer.snapshot import KEYWORDS
from explorer.words import Marker, stems_of
from ingest.posts import Corpus, Post
from tests.conftest import make_corpus
from tests.explorers import fill
from tests.word_embedder import WordEmbedder


def posts_of(*texts: str) -> list[Post]:
    return [Post(str(number), "sci.space", "train", "", text) for number, text in enumerate(texts)]


class TestStems:
    def test_forms_of_a_word_have_one_stem(self) -> None:
        assert len(set(stems_of("orbit Orbits orbiting ORBITED"))) == 1

    def test_stop_words_have_none(self) -> None:
        assert stems_of("Why is the sky not at all") == ["sky"]

    def test_letters_digits_and_accents_make_words_and_nothing_else_does(self) -> None:
        assert stems_of("X11R5, 1542B; naïve_café!") == ["x11r5", "1542b", "naïv", "café"]

    def test_threads_stem_at_the_same_time(self) -> None:
        words = [f"orbiting{number}s" for number in range(2_000)]

        with ThreadPoolExecutor(4) as threads:
            answers = [threads.submit(stems_of, " ".join(words)) for _ in range(8)]

        assert {tuple(answer.result()) for answer in answers} == {tuple(stems_of(" ".join(words)))}


class TestScores:
    def test_they_are_bm25_worked_out_by_hand(self) -> None:
        scores = KeywordIndex.of(posts_of("orbit orbit rocket", "orbit", "puck goal")).scores("orbit")

        # Of three posts, of two words on average, two have the word: twice among three, and alone.
        idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
        twice, alone = 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2)), 1 / (1 + 1.5 * (0.25 + 0.75 / 2))
        assert scores.tolist() == pytest.approx([idf * twice, idf * alone, 0.0], rel=1e-5)

    def test_they_have_the_shape_and_type_that_is_documented(self) -> None:
        scores = KeywordIndex.of(posts_of("orbit", "puck")).scores("orbit")

        assert (scores.shape, scores.dtype) == ((2,), np.float32)

    def test_every_post_that_shares_a_word_has_one_though_all_posts_do(self) -> None:
        assert (KeywordIndex.of(posts_of("orbit", "orbit")).scores("orbit") > 0).all()

    @pytest.mark.parametrize("text", ["shuttle", "the", "", "?!"])
    def test_they_are_0_where_nothing_is_shared(self, text: str) -> None:
        assert KeywordIndex.of(posts_of("orbit", "the puck")).scores(text).tolist() == [0, 0]

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("texts", [[""], ["the", "?!"], ["orbit", ""]], ids=repr)
    def test_posts_without_words_are_never_found(self, texts: list[str]) -> None:
        scores = KeywordIndex.of(posts_of(*texts)).scores("orbit the")

        assert (scores > 0).tolist() == [text == "orbit" for text in texts]


class TestMarker:
    def test_it_finds_a_posts_own_words_in_the_order_of_the_post(self) -> None:
        post = Post("1", "sci.space", "train", "Rockets!", "An orbiting ROCKET; rockets orbit.")

        assert Marker("orbit of a rocket").words_of(post) == ("Rockets", "orbiting", "ROCKET", "orbit")

    def test_stop_words_are_never_found(self) -> None:
        assert Marker("the orbit").words_of(posts_of("the The THE")[0]) == ()

    def test_a_word_within_a_word_is_not_found(self) -> None:
        assert Marker("key").words_of(posts_of("monkey keyboard")[0]) == ()


class TestKeeping:
    """The index is made once for what a collection holds, and never trusted where it is damaged."""

    def test_it_is_kept_for_the_next_session(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = found_in(folder)
        monkeypatch.delattr(KeywordIndex, "of")

        assert found_in(folder) == before

    def test_new_posts_make_a_new_one(self, folder: Path) -> None:
        found_in(folder)
        new = Post("train/sci.med/0", "sci.med", "train", "", "orbit orbit orbit")
        fill(folder, Corpus("small", "memory", [*make_corpus().posts, new]), WordEmbedder())

        assert found_in(folder)[0] == new.id

    def test_it_is_made_of_arrays_and_json(self, tmp_path: Path) -> None:
        load_or_make(tmp_path)

        (index,) = tmp_path.iterdir()
        assert {file.suffix for file in index.iterdir()} == {".npy", ".json"}
        assert all(np.load(file, allow_pickle=False).ndim == 1 for file in index.glob("*.npy"))

    @pytest.mark.parametrize("kind", ["data", "indices", "indptr", "vocab", "params"])
    @pytest.mark.parametrize("damage", ["halved", "emptied", "deleted"])
    def test_a_damaged_one_is_made_anew(self, tmp_path: Path, kind: str, damage: str) -> None:
        before = load_or_make(tmp_path).scores("orbit").tolist()
        (file,) = tmp_path.glob(f"*/{kind}.*")
        whole = file.read_bytes()
        file.unlink()
        if damage != "deleted":
            file.write_bytes(whole[: len(whole) // 2] if damage == "halved" else b"")

        assert load_or_make(tmp_path).scores("orbit").tolist() == before
        assert file.stat().st_size == len(whole)

    def test_one_whose_words_do_not_fit_is_made_anew(self, tmp_path: Path) -> None:
        before = load_or_make(tmp_path).scores("orbit").tolist()
        (file,) = tmp_path.glob("*/vocab.*")
        file.write_text('{"orbit": 99}')

        assert load_or_make(tmp_path).scores("orbit").tolist() == before

    def test_a_deleted_one_is_made_anew(self, tmp_path: Path) -> None:
        before = load_or_make(tmp_path).scores("orbit").tolist()
        shutil.rmtree(next(tmp_path.iterdir()))

        assert load_or_make(tmp_path).scores("orbit").tolist() == before


def found_in(folder: Path) -> list[str]:
    with Explorer.open(folder) as explorer:
        return [hit.post.id for hit in explorer.search("orbit", mode="keywords")]


def load_or_make(folder: Path) -> KeywordIndex:
    """Take an index of two posts from a folder of derived results."""
    make = partial(KeywordIndex.of, posts_of("orbit orbit rocket", "the puck"))
    return DerivedResults(folder).load_or_make("keywords", {}, make, KEYWORDS)
