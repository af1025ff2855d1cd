"""Keywords: a BM25 index over the posts' words, made once and kept in a folder of arrays and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by
from explorer.words import WORD, make_stemmer, searched_text, stems_of, stop_words
from ingest.posts import Post


class KeywordIndex:
    """Scores posts, in their order, by the words that they share with a question."""

    def __init__(self, bm25: Any) -> None:
        self._bm25 = bm25

    @classmethod
    def of(cls, posts: Sequence[Post]) -> Self:
        """Make the index of posts."""
        import bm25s

        texts = [searched_text(post) for post in posts]
        words = bm25s.tokenize(
            texts, token_pattern=WORD, stopwords=list(stop_words()), stemmer=make_stemmer(), show_progress=False
        )
        if not words.vocab:
            words = [[""] for _ in texts]  # bm25s cannot do without a word, and nobody asks for this one
        bm25 = bm25s.BM25()
        bm25.index(words, create_empty_token=False, show_progress=False)
        return cls(bm25)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the index from a folder of arrays and JSON, of which nothing is run."""
        import bm25s

        index = bm25s.BM25.load(folder, mmap=True, allow_pickle=False)
        scores, starts = index.scores["data"], index.scores["indptr"]
        if not (len(scores) == len(index.scores["indices"]) == starts[-1] and len(starts) == len(index.vocab_dict) + 1):
            raise ValueError(f"the index in {folder} does not fit together")
        return cls(index)

    def write(self, folder: Path) -> None:
        self._bm25.save(folder, show_progress=False)

    def scores(self, text: str) -> NDArray[np.float32]:
        """Return the posts' scores for a text, 0 for those that share no word with it.

        Returns
        -------
        ndarray of shape (n_posts,), float32
        """
        known = self._bm25.get_tokens_ids(stems_of(text))
        return np.asarray(self._bm25.get_scores_from_ids(known), np.float32)


def recipe() -> Recipe:
    """Return what the index depends on beside the posts."""
    return made_by("explorer.words", libraries=["bm25s", "PyStemmer"])
