"""Filters: which rows of posts they let through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from explorer.filters import Filters, PostRows
from ingest.posts import Post

POSTS = [
    Post("0", "sci.space", "train", "Re: launch", "The ROCKET goes up"),
    Post("1", "rec.sport.hockey", "train", "goal", "a straße away"),
    Post("2", "sci.space", "test", "", "a rocket\nfell"),
    Post("3", "sci.space\0", "", "", ""),
]


@pytest.fixture
def rows() -> PostRows:
    return PostRows(POSTS)


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, "0123"),
        ({"newsgroups": ("rec.sport.hockey",)}, "1"),
        ({"newsgroups": ("rec.sport.hockey", "sci.space")}, "012"),
        ({"newsgroups": ("sci.med",)}, ""),
        ({"subset": "test"}, "2"),
        ({"newsgroups": ("sci.space",), "subset": "train"}, "0"),
        ({"contains": "rocket"}, "02"),
        ({"contains": "Rocket goes"}, "0"),
        ({"contains": "goes rocket"}, ""),
        ({"contains": "rocket fell"}, "2"),
        ({"contains": "STRASSE"}, "1"),
        ({"contains": "re: LAUNCH"}, "0"),
        ({"contains": "rocket", "subset": "train"}, "0"),
        ({"among": frozenset({"3", "1", "nowhere"})}, "13"),
        ({"among": frozenset()}, ""),
        ({"among": frozenset({"0", "1"}), "contains": "rocket"}, "0"),
        ({"min_similarity": 0.9}, "0123"),
    ],
)
def test_they_let_through_what_they_name(rows: PostRows, filters: dict[str, Any], numbers: str) -> None:
    mask = rows.passing(Filters(**filters))

    assert "".join(str(row) for row in np.flatnonzero(mask)) == numbers


def test_a_mask_has_the_shape_and_type_that_is_documented_and_cannot_be_written_to(rows: PostRows) -> None:
    mask = rows.passing(Filters(subset="train"))

    assert (mask.shape, mask.dtype, mask.flags.writeable) == ((4,), bool, False)


def test_a_mask_is_made_once_whatever_the_least_similarity(rows: PostRows) -> None:
    filters = Filters(contains="rocket")

    assert rows.passing(filters) is rows.passing(replace(filters, min_similarity=0.5))


def test_rows_are_found_by_id_and_unknown_ids_left_out(rows: PostRows) -> None:
    assert rows.rows_of(["2", "nowhere", "0"]).tolist() == [2, 0]


def test_values_follow_other_rows_with_nan_for_what_is_not_here(rows: PostRows) -> None:
    others = PostRows([POSTS[2], Post("4", "sci.med", "train", "", ""), POSTS[0]])

    followed = rows.in_order_of(others, np.array([0, 0.1, 0.2, 0.3], np.float32))

    assert followed.dtype == np.float32
    assert followed.tolist() == pytest.approx([0.2, np.nan, 0], nan_ok=True)
