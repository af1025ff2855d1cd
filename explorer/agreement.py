"""Agreement: how well a clustering agrees with all there is to compare it with, as every door tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer import answers
from explorer.answers import Document
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer.clustering import Clustering
    from explorer.explorer import Explorer

AGAINST = NEWSGROUPS, SUPERGROUPS = "newsgroups", "super-groups"


def require_labels(explorer: Explorer) -> None:
    """Refuse to compare clusters with newsgroups that do not tell posts apart."""
    if len(explorer.newsgroups) < 2:
        raise UserError(
            f"All posts of {explorer.manifest.corpus} have one label, {explorer.newsgroups[0]!r}, and clusters are "
            "compared with two or more: ingest posts with labels, or compare two clusterings (`evaluate --against-k`)."
        )


def agreement(
    explorer: Explorer, clustering: Clustering, n_clusters: int | None, other: Clustering | None = None
) -> Document:
    """Return how a clustering agrees with newsgroups and super-groups, and with another, set side by side.

    Beside them stands how well KMeans with ``n_clusters`` clusters does on each stored task type.
    """
    found = {NEWSGROUPS: explorer.evaluate(clustering)}
    if explorer.has_supergroups:
        found[SUPERGROUPS] = explorer.evaluate(clustering, by_supergroup=True)
    asked = n_clusters and min(n_clusters, len(explorer.posts))
    compared = explorer.compare_task_types(asked, seed=clustering.seed)
    document = answers.of_evaluations(found, compared)
    if other:
        document["side_by_side"] = answers.of_side_by_side(explorer.compare(clustering, other))
    return document
