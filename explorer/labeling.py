"""Labels for clusters: the terms that tell each from the others, and what newsgroup it mostly holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by, read_arrays, write_arrays
from explorer.own_words import own_words
from explorer.typical import nearest_to_mean
from ingest.posts import Post

N_TERMS = 5
N_TYPICAL = 3
FEW_POSTS = 1_000  # in so few a rare term may still tell
FEWEST_USERS = 5  # of a term, where posts are many
# More letters are a line drawn with them or an attempt at harm, and would name a cluster all the same.
WORD = r"(?u)\b[^\W\d_]{3,40}\b"

# Words of every message's frame and of contractions cut at the apostrophe.
FRAME_WORDS = frozenset(
    {
        *("subject", "organization", "lines", "nntp", "posting", "host", "distribution", "article"),
        *("writes", "wrote", "reply", "summary", "keywords", "university", "edu", "com"),
        *("don", "doesn", "didn", "isn", "wasn", "won", "wouldn", "couldn", "shouldn", "aren", "haven", "hasn", "ain"),
    }
)


@dataclass(frozen=True, slots=True)
class ClusterSummary:
    """One cluster in words.

    ``typical`` are the ids of the posts nearest to its mean, the nearest first; it has a ``title`` where one was
    written for it.
    """

    cluster: int
    size: int
    majority_newsgroup: str
    majority_share: float
    terms: tuple[str, ...]
    typical: tuple[str, ...] = ()
    title: str = ""

    @property
    def name(self) -> str:
        """The cluster's name on maps: its title, or else its first terms."""
        return self.title or ", ".join(self.terms[:3]) or f"cluster {self.cluster}"


@dataclass(frozen=True)
class TermUse:
    """Which posts use which terms: a sparse matrix of ones, of shape (n_posts, n_terms), or None without terms."""

    uses: Any
    terms: NDArray[np.object_]

    def of(self, rows: NDArray[np.intp]) -> TermUse:
        """Return which terms the posts at some rows use."""
        return self if self.uses is None else TermUse(self.uses[rows], self.terms)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what ``write`` wrote."""
        from scipy.sparse import csr_array

        arrays = read_arrays(path)
        terms = arrays["terms"].astype(object)
        if not len(terms):
            return cls(None, terms)
        parts = (arrays["data"], arrays["indices"], arrays["indptr"])
        return cls(csr_array(parts, tuple(arrays["shape"])), terms)

    def write(self, path: Path) -> None:
        names = ("data", "indices", "indptr", "shape") if self.uses is not None else ()
        write_arrays(path, terms=self.terms.astype(str), **{name: getattr(self.uses, name) for name in names})


def recipe() -> Recipe:
    """Return what terms depend on besides the posts."""
    return made_by(__name__, "ingest.cleaning", libraries=["scikit-learn"])


def find_terms(posts: Sequence[Post]) -> TermUse:
    """Find the terms of subjects and bodies, without headers, quotes and common words."""
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    stop_words = sorted(ENGLISH_STOP_WORDS | FRAME_WORDS)
    fewest_posts = 1 if len(posts) < FEW_POSTS else FEWEST_USERS
    vectorizer = CountVectorizer(
        token_pattern=WORD, stop_words=stop_words, min_df=fewest_posts, binary=True, dtype=np.float32
    )
    texts = [f"{post.subject}\n{own_words(post.text, post.subject)}" for post in posts]
    try:
        return TermUse(csr_array(vectorizer.fit_transform(texts)), vectorizer.get_feature_names_out())
    except ValueError:  # no term is left in any post
        return TermUse(None, np.empty(0, object))


def summarize(
    labels: NDArray[np.int32], posts: Sequence[Post], vectors: NDArray[np.float32], terms: TermUse
) -> list[ClusterSummary]:
    """Describe every cluster.

    Parameters
    ----------
    labels : ndarray of shape (n_posts,), int32
        From 0 on without gaps, and -1 for noise; all else follows the same posts.
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    """
    summaries = []
    for cluster, telling in enumerate(telling_terms(labels, terms)):
        rows = np.flatnonzero(labels == cluster)
        newsgroup, count = Counter(posts[row].newsgroup for row in rows.tolist()).most_common(1)[0]
        nearest_first, _ = nearest_to_mean(vectors[rows])
        typical = tuple(posts[row].id for row in rows[nearest_first[:N_TYPICAL]])
        summaries.append(ClusterSummary(cluster, len(rows), newsgroup, count / len(rows), telling, typical))
    return summaries


def telling_terms(labels: NDArray[np.int32], terms: TermUse, n_terms: int = N_TERMS) -> list[tuple[str, ...]]:
    """Return each cluster's telling terms, at most ``n_terms``, by a class-based TF-IDF that counts posts.

    A term weighs the share of the cluster's posts that use it, times the logarithm of how many times
    that is its share of all posts: its part in the divergence of the cluster from the whole. Counting
    posts, not words, keeps one long post from naming a cluster; so does asking for two of them.
    """
    clustered = np.flatnonzero(labels >= 0)
    sizes = np.bincount(labels[clustered])
    if terms.uses is None:
        return [()] * len(sizes)
    from scipy.sparse import csr_array

    places = (labels[clustered], clustered)
    members = csr_array((np.ones(len(clustered), np.float32), places), (len(sizes), len(labels)))
    n_users = members @ terms.uses
    n_users.sort_indices()  # of terms that weigh the same, the first by name comes first
    clusters, columns = np.repeat(np.arange(len(sizes)), np.diff(n_users.indptr)), n_users.indices
    share = n_users.data / sizes[clusters]
    weights = share * np.log(share / (terms.uses.sum(axis=0)[columns] / len(labels)))
    weights[(n_users.data < 2) & (sizes[clusters] > 1)] = 0
    parts = (slice(*ends) for ends in pairwise(n_users.indptr))
    return [_top_terms(weights[part], terms.terms[columns[part]], n_terms) for part in parts]


def _top_terms(weights: NDArray[np.float64], terms: NDArray[np.object_], n_terms: int) -> tuple[str, ...]:
    best = np.argsort(-weights, kind="stable")[:n_terms]
    return tuple(str(terms[place]) for place in best if weights[place] > 0)
