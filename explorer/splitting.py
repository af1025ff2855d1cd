"""Splits: which posts a classifier learns from, and on which it is tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by
from ingest.errors import UserError

Rows = NDArray[np.intp]

TEST_SHARE = 0.2
FEWEST_TO_LEARN_FROM = 2  # one to learn from, and one to tell when to stop


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Posts to learn from and posts to be tested on; those without a newsgroup are neither.

    Attributes
    ----------
    train, test : ndarray of shape (n_train,) and (n_test,), intp
        Rows, rising.
    origin : str
        How the posts were told apart, as a sentence goes on after "The posts are split".
    """

    train: Rows
    test: Rows
    origin: str

    @property
    def recipe(self) -> Recipe:
        """What the split of given posts depends on."""
        return {"split": self.origin, **made_by(__name__)}


def split_posts(newsgroups: Sequence[str], subsets: Sequence[str], seed: int = 0) -> Split:
    """Split posts by their subsets, or by lot where no post has one: four fifths of each newsgroup to learn from.

    Raises
    ------
    UserError
        Where the posts cannot teach, or cannot test, a classifier.
    """
    names, parts = np.asarray(newsgroups, object), np.asarray(subsets, object)
    is_named = names != ""
    has_subset = is_named & (parts != "")
    split = _split_by_subset(parts, has_subset) if has_subset.any() else _split_by_lot(names, is_named, seed)
    _require_learnable(names, split)
    return split


def draw(labels: NDArray[np.generic], share: float, seed: int) -> NDArray[np.bool_]:
    """Draw a share of the posts of each label, at least one and never all: a mask of shape (n_posts,).

    scikit-learn's stratified splits refuse few posts, and may draw none of a small class.
    """
    lot = np.random.default_rng(seed)
    drawn = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        n_drawn = min(max(1, round(share * len(rows))), len(rows) - 1)
        drawn[lot.choice(rows, n_drawn, replace=False)] = True
    return drawn


def _split_by_subset(subsets: NDArray[np.object_], has_subset: NDArray[np.bool_]) -> Split:
    train, test = (np.flatnonzero(has_subset & (subsets == subset)) for subset in ("train", "test"))
    for name, rows in (("train", train), ("test", test)):
        if not len(rows):
            raise UserError(f"No post is of the {name} subset, and a classifier needs both: ingest with --subset all.")
    return Split(train, test, "by their subsets, train and test")


def _split_by_lot(newsgroups: NDArray[np.object_], is_named: NDArray[np.bool_], seed: int) -> Split:
    named = np.flatnonzero(is_named)
    is_for_test = draw(newsgroups[named], TEST_SHARE, seed)
    origin = f"by lot, seed {seed}: a fifth of each newsgroup is for the test"
    return Split(named[~is_for_test], named[is_for_test], origin)


def _require_learnable(newsgroups: NDArray[np.object_], split: Split) -> None:
    learned, sizes = np.unique(newsgroups[split.train], return_counts=True)
    if not len(learned):
        raise UserError("No post has a newsgroup, and a classifier learns those: ingest a source with labels.")
    if len(learned) == 1:
        raise UserError(
            f"All posts to learn from are of {learned[0]!r}, and a classifier needs two newsgroups: ingest more."
        )
    _require_enough(learned, sizes)
    for newsgroup in np.setdiff1d(newsgroups[split.test], learned):
        raise UserError(
            f"{newsgroup!r} is tested but not learned, for none of its posts is of the train subset: ingest some."
        )


def _require_enough(newsgroups: NDArray[np.object_], sizes: NDArray[np.intp]) -> None:
    smallest = int(sizes.argmin())
    if sizes[smallest] < FEWEST_TO_LEARN_FROM:
        raise UserError(
            f"{newsgroups[smallest]!r} has {sizes[smallest]} post to learn from and needs {FEWEST_TO_LEARN_FROM}: "
            "ingest more of it, or leave it out."
        )
