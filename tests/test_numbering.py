"""Numbers of clusters: worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.numbering import largest_first, numbered_as, numbered_like


def renumbered(labels: list[int], reference: list[int]) -> list[int]:
    found = numbered_like(np.array(labels, np.int32), np.array(reference, np.int32))
    assert found.dtype == np.int32
    return [int(number) for number in found]


class TestLikeAnother:
    def test_a_cluster_gets_the_number_of_the_one_it_shares_most_posts_with(self) -> None:
        assert renumbered([0, 0, 0, 1, 1], [1, 1, 0, 0, 0]) == [1, 1, 1, 0, 0]

    def test_the_pairs_share_most_posts_in_all_even_where_one_alone_would_share_more(self) -> None:
        # 0 shares 3 with 0 and 2 with 1; 1 shares 2 with 0 and none with 1: 2 + 2 is more than 3 + 0.
        assert renumbered([0, 0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0, 0]) == [1, 1, 1, 1, 1, 0, 0]

    def test_clusters_without_a_partner_get_the_numbers_that_are_left_the_largest_first(self) -> None:
        assert renumbered([0, 1, 1, 2, 2, 2, 2], [0, 0, 0, 0, 0, 0, 0]) == [2, 1, 1, 0, 0, 0, 0]

    def test_numbers_are_without_gaps_where_the_reference_has_more_clusters(self) -> None:
        assert renumbered([0, 0, 1, 1], [7, 7, 1, 1]) == [0, 0, 1, 1]

    def test_numbers_that_no_post_has_are_closed_up(self) -> None:
        assert renumbered([9, 9, 4], [0, 0, 1]) == [0, 0, 1]

    def test_noise_stays_noise_and_takes_no_number(self) -> None:
        assert renumbered([-1, 0, 0, 1], [1, 1, -1, 0]) == [-1, 1, 1, 0]

    def test_noise_alone_stays(self) -> None:
        assert renumbered([-1, -1], [0, 1]) == [-1, -1]

    def test_one_post_is_cluster_0(self) -> None:
        assert renumbered([0], [0]) == [0]

    @pytest.mark.parametrize("seed", range(3))
    def test_what_was_only_renumbered_gets_its_numbers_back(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        reference = np.concatenate([np.arange(8), rng.integers(0, 8, 100)]).astype(np.int32)

        assert np.array_equal(numbered_like(rng.permutation(8).astype(np.int32)[reference], reference), reference)

    def test_a_reference_of_noise_alone_leaves_the_largest_first(self) -> None:
        assert renumbered([0, 1, 1], [-1, -1, -1]) == [1, 0, 0]


def taken_for(labels: list[int], reference: list[int]) -> list[int]:
    found = numbered_as(np.array(labels, np.int32), np.array(reference, np.int32))
    return [int(number) for number in found]


class TestTheSameCluster:
    def test_it_has_the_number_that_it_has_there(self) -> None:
        assert taken_for([0, 0, 0, 1, 1, 2], [1, 1, 1, 0, 0, 2]) == [1, 1, 1, 0, 0, 2]

    def test_it_has_more_than_half_of_the_other(self) -> None:
        # Of the reference's cluster 1, 0 has two of three, and 1 has one: 0 is the same and takes its number.
        assert taken_for([0, 0, 1, 1, 1], [1, 1, 1, 0, 2]) == [1, 1, 0, 0, 0]

    def test_half_is_not_enough(self) -> None:
        assert taken_for([0, 0, 1, 1], [1, 1, 1, 1]) == [0, 0, 1, 1]

    def test_the_other_has_more_than_half_of_it(self) -> None:
        # The reference's cluster 1 is all in 0, of which that is a third.
        assert taken_for([0, 0, 0, 1], [1, 2, 3, 4]) == [0, 0, 0, 1]

    def test_others_keep_theirs_where_it_is_free(self) -> None:
        assert taken_for([0, 0, 1, 1, 2], [5, 5, 2, 2, 2]) == [0, 0, 2, 2, 1]

    def test_what_was_its_number_is_left_to_the_one_that_must_yield(self) -> None:
        assert taken_for([0, 0, 0, 1, 2, 2], [2, 2, 2, 6, 0, 0]) == [2, 2, 2, 1, 0, 0]

    def test_numbers_that_are_beyond_all_clusters_are_not_taken(self) -> None:
        assert taken_for([0, 0, 1], [7, 7, 0]) == [1, 1, 0]

    def test_noise_stays_noise(self) -> None:
        assert taken_for([-1, 0, 0, 1], [1, 1, 1, -1]) == [-1, 1, 1, 0]
        assert taken_for([-1, -1], [0, 1]) == [-1, -1]


class TestLargestFirst:
    def test_noise_stays_noise(self) -> None:
        assert largest_first(np.array([-1, 0, 1, 1], np.int32)).tolist() == [-1, 1, 0, 0]

    def test_noise_alone_stays_noise(self) -> None:
        assert largest_first(np.array([-1, -1], np.int32)).tolist() == [-1, -1]

    def test_clusters_are_numbered_by_falling_size(self) -> None:
        assert largest_first(np.array([2, 0, 0, 1, 1, 1], np.int32)).tolist() == [2, 1, 1, 0, 0, 0]

    def test_of_clusters_of_equal_size_the_one_that_appears_first_comes_first(self) -> None:
        assert largest_first(np.array([1, 0, 2, 2], np.int32)).tolist() == [1, 2, 0, 0]

    def test_numbers_that_no_post_has_are_closed_up(self) -> None:
        assert largest_first(np.array([7, 3, 3], np.int32)).tolist() == [1, 0, 0]
