"""The evaluation's pane: how well a view's clusters agree with the newsgroups, as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.agreement import SUPERGROUPS
from explorer.app.chips import manner_of
from explorer.app.clusterer import Clusterer
from explorer.app.screen import Screen
from explorer.app.view import View
from explorer.evaluation import Evaluation, Majority
from explorer.measures import TITLES
from explorer.noise import NOISE, NOISE_NAME

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


def evaluation_of(screen: Screen, view: View) -> Props:
    """Return the measures, the confusion matrix and the majority clusters."""
    found = screen.evaluation(view.clusterer, by_supergroup=view.against == SUPERGROUPS)
    grouping = screen.described(view.clusterer)
    names = {each.cluster: f"{each.cluster}: {each.name}" for each in grouping.summaries}
    return {
        "title": _title_of(found, view),
        "measures": [
            {"title": TITLES[measure], "explanation": explanation, "value": getattr(found.measures, measure)}
            for measure, explanation in MEASURES.items()
        ],
        "matrix": _matrix_of(found, names),
        "majorities": [_row_of(majority, names) for majority in found.majorities],
    }


def _title_of(found: Evaluation, view: View) -> str:
    n_posts, n_groups = int(found.confusion.sum()), len(found.newsgroups)
    sentences = [f"{found.n_clusters:,} clusters of {n_posts:,} posts against {n_groups:,} {view.against}."]
    if view.clusterer != Clusterer(view.k):
        sentences.append(f"They are those {manner_of(view.clusterer)}.")
    if found.n_noise:
        sentences.append(f"{found.n_noise:,} of the posts are {NOISE_NAME}.")
    return " ".join(sentences)


def _matrix_of(found: Evaluation, names: Mapping[int, str]) -> Props:
    """Return the confusion matrix with a column for each cluster, and the last for posts in none."""
    order = diagonal(found.confusion[:, : found.n_clusters])
    order += range(found.n_clusters, len(found.clusters))
    clusters = [found.clusters[column] for column in order]
    return {
        "rows": list(found.newsgroups),
        "columns": [
            {"cluster": NOISE, "name": NOISE_NAME, "title": NOISE_NAME}
            if each == NOISE
            else {"cluster": each, "name": str(each), "title": f"cluster {names[each]}"}
            for each in clusters
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


def _row_of(majority: Majority, names: Mapping[int, str]) -> Props:
    return {
        "newsgroup": majority.newsgroup,
        "n_posts": majority.n_posts,
        "cluster": NOISE_NAME if majority.cluster is None else names[majority.cluster],
        "share": majority.share,
        "merged_with": list(majority.merged_with),
    }
