"""The evaluation's pane: how well a view's clusters agree with the newsgroups, as the page shows it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.app.screen import Screen
from explorer.app.view import SUPERGROUPS, View
from explorer.evaluation import Evaluation, Majority
from explorer.measures import TITLES

Props = dict[str, Any]

MEASURES = {
    "mean_share": "The share of a newsgroup's posts in its majority cluster, mean of all newsgroups.",
    "one_to_one": "The share of posts in the one cluster that is their newsgroup's alone.",
    "adjusted_rand": "Pairs of posts that both agree on, adjusted for chance.",
    "v_measure": "The harmonic mean of homogeneity and completeness: the normalized mutual information too.",
    "homogeneity": "1 where each cluster holds posts of one newsgroup alone.",
    "completeness": "1 where all posts of a newsgroup are in one cluster.",
    "purity": "The share of posts that are of their cluster's majority newsgroup.",
}
NO_CLUSTER = "none"


def evaluation_of(screen: Screen, view: View) -> Props:
    """Return the measures, the confusion matrix and the majority clusters."""
    found = screen.evaluation(view.k, by_supergroup=view.against == SUPERGROUPS)
    names = [summary.name for summary in screen.described(view.k)[1]]
    n_clusters, n_groups = len(names), len(found.newsgroups)
    return {
        "title": f"{n_clusters:,} clusters of {screen.n_posts:,} posts against {n_groups:,} {view.against}.",
        "measures": [
            {"title": TITLES[measure], "explanation": explanation, "value": getattr(found.measures, measure)}
            for measure, explanation in MEASURES.items()
        ],
        "matrix": _matrix_of(found, names),
        "majorities": [_row_of(majority, names) for majority in found.majorities],
    }


def _matrix_of(found: Evaluation, names: list[str]) -> Props:
    order = diagonal(found.confusion)
    clusters = [found.clusters[column] for column in order]
    return {
        "rows": list(found.newsgroups),
        "columns": [
            {"cluster": each, "name": str(each), "title": f"cluster {each}: {names[each]}"} for each in clusters
        ],
        "counts": found.confusion[:, order].tolist(),
    }


def diagonal(confusion: NDArray[np.int64]) -> list[int]:
    """Return the columns in the order of the rows that have most of them, so that what agrees lies on a diagonal.

    Parameters
    ----------
    confusion : ndarray of shape (n_newsgroups, n_clusters), int64
    """
    return [int(column) for column in np.lexsort((-confusion.max(axis=0), confusion.argmax(axis=0)))]


def _row_of(majority: Majority, names: list[str]) -> Props:
    return {
        "newsgroup": majority.newsgroup,
        "n_posts": majority.n_posts,
        "cluster": NO_CLUSTER if majority.cluster is None else f"{majority.cluster}: {names[majority.cluster]}",
        "share": majority.share,
        "merged_with": list(majority.merged_with),
    }
