"""Labels for clusters: the terms that tell each from the others, and what newsgroup it mostly holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.cleaning import strip_headers, strip_quotes
from ingest.posts import Post

N_TERMS = 5
WORD = r"(?u)\b[^\W\d_]{3,}\b"

# Words of every message's frame and of contractions cut at the apostrophe.
FRAME_WORDS = frozenset(
    "subject organization lines nntp posting host distribution article writes wrote reply summary keywords "
    "university edu com don doesn didn isn wasn won wouldn couldn shouldn aren haven hasn ain".split()
)


@dataclass(frozen=True, slots=True)
class ClusterSummary:
    """One cluster in words."""

    cluster: int
    size: int
    majority_newsgroup: str
    majority_share: float
    terms: tuple[str, ...]

    @property
    def name(self) -> str:
        """The cluster's name on maps: its first terms."""
        return ", ".join(self.terms[:3]) or f"cluster {self.cluster}"


@dataclass(frozen=True)
class TermCounts:
    """How often each post uses each term: a sparse matrix of shape (n_posts, n_terms)."""

    counts: Any
    terms: NDArray[np.object_]


def count_terms(posts: Sequence[Post]) -> TermCounts:
    """Count the terms of subjects and bodies, without headers, quotes and common words."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    stop_words = sorted(ENGLISH_STOP_WORDS | FRAME_WORDS)
    fewest_posts = 1 if len(posts) < 1_000 else 5
    vectorizer = CountVectorizer(token_pattern=WORD, stop_words=stop_words, min_df=fewest_posts, dtype=np.int32)
    texts = [f"{post.subject}\n{strip_quotes(strip_headers(post.text))}" for post in posts]
    try:
        return TermCounts(vectorizer.fit_transform(texts), vectorizer.get_feature_names_out())
    except ValueError:  # no word is left in any post
        return TermCounts(None, np.empty(0, object))


def summarize(labels: NDArray[np.int32], posts: Sequence[Post], terms: TermCounts) -> list[ClusterSummary]:
    """Describe every cluster; ``labels`` of shape (n_posts,) follow ``posts``."""
    telling = telling_terms(terms, labels)
    return [_summarize(cluster, labels, posts, telling[cluster]) for cluster in range(labels.max() + 1)]


def telling_terms(terms: TermCounts, labels: NDArray[np.int32]) -> list[tuple[str, ...]]:
    """Return each cluster's telling terms by class-based TF-IDF (Grootendorst 2022, arXiv:2203.05794)."""
    n_clusters = labels.max() + 1
    if not len(terms.terms):
        return [()] * n_clusters
    from scipy.sparse import csr_array

    members = csr_array((np.ones(len(labels)), (labels, np.arange(len(labels)))), (n_clusters, len(labels)))
    frequency = (members @ terms.counts).toarray()
    per_cluster = frequency.sum(axis=1, keepdims=True)
    rarity = np.log1p(per_cluster.mean() / frequency.sum(axis=0))
    weights = frequency / np.maximum(per_cluster, 1) * rarity
    return [_top_terms(row, terms.terms) for row in weights]


def _top_terms(weights: NDArray[np.float64], terms: NDArray[np.object_]) -> tuple[str, ...]:
    best = np.argsort(-weights, kind="stable")[:N_TERMS]
    return tuple(str(terms[column]) for column in best if weights[column] > 0)


def _summarize(
    cluster: int, labels: NDArray[np.int32], posts: Sequence[Post], terms: tuple[str, ...]
) -> ClusterSummary:
    rows = np.flatnonzero(labels == cluster)
    newsgroup, count = Counter(posts[row].newsgroup for row in rows).most_common(1)[0]
    return ClusterSummary(cluster, len(rows), newsgroup, count / len(rows), terms)
