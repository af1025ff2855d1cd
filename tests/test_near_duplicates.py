"""Near-duplicates: pairs of posts whose terms and similarities are set by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from explorer import near_duplicates
from explorer.labeling import TermUse, find_terms
from explorer.near_duplicates import NearDuplicates, find_near_duplicates
from explorer.neighborhoods import Neighborhoods
from ingest.posts import Post

TEN = "apogee burn comet dust eclipse flare galaxy horizon inclination jupiter"
SEVEN_OF_TEN = " ".join(TEN.split()[:7])
SIX_OF_TEN = " ".join(TEN.split()[:6])
UNLIKE = "puck goal skate rink referee penalty"


def terms_of(*texts: str) -> TermUse:
    return find_terms([Post(str(number), "", "", "", text) for number, text in enumerate(texts)])


def neighborhoods(rows: Sequence[Sequence[int]], similarities: Sequence[Sequence[float]]) -> Neighborhoods:
    return Neighborhoods(np.array(rows, np.int32), np.array(similarities, np.float32))


def found_in(rows: Sequence[Sequence[int]], similarities: Sequence[Sequence[float]], *texts: str) -> list[list[int]]:
    found: list[list[int]] = find_near_duplicates(neighborhoods(rows, similarities), terms_of(*texts)).pairs.tolist()
    return found


def pair_of(one: str, other: str, similarity: float = 0.9) -> list[list[int]]:
    """Find what two posts make, which are all there is."""
    return found_in([[1], [0]], [[similarity], [similarity]], one, other)


def test_neighbors_that_share_their_terms_are_a_pair_once() -> None:
    assert pair_of(TEN, TEN) == [[0, 1]]


def test_seven_terms_of_ten_are_enough() -> None:
    assert pair_of(TEN, SEVEN_OF_TEN) == [[0, 1]]


def test_six_terms_of_ten_are_not() -> None:
    assert pair_of(TEN, SIX_OF_TEN) == []


def test_a_reply_that_quotes_all_of_a_post_is_no_duplicate_however_similar() -> None:
    quoted = "\n".join(f"> {word}" for word in TEN.split())

    assert pair_of(TEN, f"{quoted}\n{UNLIKE}", similarity=1.0) == []


def test_posts_less_alike_than_neighbors_are_share_but_a_signature() -> None:
    rows, similarities = [[1], [0], [3], [2], [3]], [[0.3], [0.3], [0.9], [0.9], [0.8]]

    assert found_in(rows, similarities, TEN, TEN, UNLIKE, UNLIKE, "rink") == [[2, 3]]


def test_where_all_similarities_are_narrow_the_same_pairs_are_found() -> None:
    rows = [[1], [0], [3], [2], [3]]
    texts = (TEN, TEN, UNLIKE, UNLIKE, "rink")
    wide, narrow = [[0.3], [0.3], [0.9], [0.9], [0.8]], [[0.83], [0.83], [0.89], [0.89], [0.88]]

    assert found_in(rows, wide, *texts) == found_in(rows, narrow, *texts) == [[2, 3]]


@pytest.mark.parametrize("text", ["apogee burn comet", "..."], ids=["few terms", "no terms"])
def test_of_few_terms_the_vectors_must_all_but_agree(text: str) -> None:
    assert pair_of(text, text, similarity=0.98) == []
    assert pair_of(text, text, similarity=0.995) == [[0, 1]]


def test_a_pair_that_only_one_of_the_two_names_is_found_too() -> None:
    assert found_in([[1], [2], [1]], [[0.9], [0.9], [0.9]], TEN, TEN, UNLIKE) == [[0, 1]]


def test_the_most_similar_pair_comes_first() -> None:
    found = find_near_duplicates(
        neighborhoods([[1], [0], [3], [2]], [[0.8], [0.8], [0.95], [0.95]]), terms_of(TEN, TEN, UNLIKE, UNLIKE)
    )

    assert found.pairs.tolist() == [[2, 3]]
    assert found.similarities == pytest.approx([0.95])


def test_pairs_come_with_their_types() -> None:
    found = find_near_duplicates(neighborhoods([[1], [0]], [[0.9], [0.9]]), terms_of(TEN, TEN))

    assert (found.pairs.shape, found.pairs.dtype) == ((1, 2), np.int32)
    assert (found.similarities.shape, found.similarities.dtype) == ((1,), np.float32)


def test_terms_compared_a_block_at_a_time_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, similarities = [[1, 2], [0, 2], [0, 1]], [[0.9, 0.9]] * 3
    monkeypatch.setattr(near_duplicates, "BLOCK", 2)

    assert found_in(rows, similarities, TEN, TEN, TEN) == [[0, 1], [0, 2], [1, 2]]


@pytest.mark.parametrize("n_posts", [0, 1])
def test_a_post_alone_has_no_duplicate(n_posts: int) -> None:
    nobody = Neighborhoods(np.empty((n_posts, 0), np.int32), np.empty((n_posts, 0), np.float32))

    assert find_near_duplicates(nobody, terms_of(*[TEN] * n_posts)).pairs.shape == (0, 2)


def test_pairs_within_a_selection_have_both_posts_in_it() -> None:
    pairs = NearDuplicates(np.array([[0, 1], [1, 2], [3, 4]], np.int32), np.array([0.9, 0.8, 0.7], np.float32))

    within = pairs.within(np.array([0, 1, 3]))

    assert within.pairs.tolist() == [[0, 1]]
    assert within.similarities == pytest.approx([0.9])
