"""Panes: what the lists, the reader and the explanation of a selection show of a view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.app.chips import chips_of, rest_of
from explorer.app.field_layers import metadata_of
from explorer.app.rows import Row, face_of, fused_row_of, row_of
from explorer.app.screen import Screen
from explorer.app.title_offer import NO_OFFER, offer_of
from explorer.app.view import CLUSTER, View, chosen_clusters
from explorer.labeling import ClusterSummary
from explorer.noise import NOISE
from explorer.palette import color_of
from explorer.snippets import SUBJECT_CHARACTERS
from explorer.words import Marker
from ingest.errors import UserError

Props = dict[str, Any]

HYBRID = "hybrid"

NOTHING_ASKED = "Results appear here, nearest in meaning first."
NOTHING_FOUND = "Nothing is found: take a filter off, or ask in other words."
NOT_CLUSTERED = "Choose k and press Cluster: the map is recolored and the clusters are listed here."
NO_CLUSTERS = "No cluster is found: no part of these posts is denser than the rest. Choose KMeans, or more posts."
NOTHING_TO_FIND = "Ask something, or look for more like a post: “unlike” alone only says what to keep away from."


def results_of(screen: Screen, view: View) -> Props:
    """Return the results as rows, in rank order."""
    as_row = fused_row_of if view.mode == HYBRID else row_of
    return {
        "rows": [as_row(hit, screen.colors) for hit in screen.hits(view)],
        "n_found": screen.n_found(view),
        "chosen": view.post,
        "none": NOTHING_FOUND if view.asks else NOTHING_TO_FIND if view.unlike else NOTHING_ASKED,
    }


def post_of(screen: Screen, view: View) -> Row | None:
    """Return the post that is read, with its neighbors and those before and after it among the results."""
    if not view.post:
        return None
    post = screen.explorer.post(view.post)
    previous, following = _beside(view.post, screen.hit_ids(view))
    return {
        **face_of(post, screen.colors),
        "subset": post.subset,
        "n_characters": len(post.text),
        "truncated": post.truncated,
        "cluster": _cluster_of(screen, view),
        "metadata": metadata_of(screen, view.post),
        "text": post.text.strip(),
        "words": list(Marker(view.question).words_of(post)),
        "neighbors": [row_of(neighbor, screen.colors) for neighbor in screen.neighbors(view.post)],
        "previous": previous,
        "next": following,
    }


def chips_shown(screen: Screen, view: View) -> Props:
    """Return how many posts are left, and a chip for whatever narrows or steers the view."""
    chips = chips_of(
        view,
        lambda post_id: screen.explorer.post(post_id).subject[:SUBJECT_CHARACTERS],
        screen.colors,
        lambda number: screen.name_of(view.scope.clusters.by, number),
    )
    return {"n_shown": int(screen.shown(view).sum()), "n_posts": screen.n_posts, "chips": chips}


def clusters_of(screen: Screen, view: View) -> Props:
    """Return a row for each cluster, where the map is colored by them."""
    if view.color != CLUSTER:
        return {"rows": [], "n_unclustered": 0, "chosen": [], "none": NOT_CLUSTERED, **NO_OFFER}
    grouping = screen.described(view.clusterer)
    rows = [
        {
            "cluster": summary.cluster,
            "color": color_of(summary.cluster),
            "size": summary.size,
            "newsgroup": summary.majority_newsgroup,
            "share": summary.majority_share,
            "terms": list(summary.terms),
            "title": summary.title,
            "typical": _typical_of(screen, summary),
        }
        for summary in grouping.summaries
    ]
    return {
        "rows": rows,
        "n_unclustered": grouping.n_unclustered,
        "rest": rest_of(view.clusterer),
        "chosen": list(chosen_clusters(view)),
        "none": NO_CLUSTERS,
        **offer_of(grouping.summaries, screen.rights),
    }


def _typical_of(screen: Screen, summary: ClusterSummary) -> Row | None:
    """Return the most typical post of a cluster by its id and subject."""
    if not summary.typical or summary.typical[0] not in screen.index:
        return None
    post = screen.explorer.posts[screen.index[summary.typical[0]]]
    return {"id": post.id, "subject": post.subject[:SUBJECT_CHARACTERS]}


def _cluster_of(screen: Screen, view: View) -> int | None:
    """Return the cluster of the post that is read, where the map is colored by clusters."""
    if view.color != CLUSTER or view.post not in screen.index:
        return None
    try:
        cluster = int(screen.described(view.clusterer).labels[screen.index[view.post]])
    except UserError:  # of what cannot be clustered so: the map says it
        return None
    return None if cluster == NOISE else cluster


def _beside(post_id: str, found: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the ids before and after a post among those found; beside a post not found, the first is next."""
    if post_id not in found:
        return None, next(iter(found), None)
    place = found.index(post_id)
    return (found[place - 1] if place else None), (found[place + 1] if place + 1 < len(found) else None)


def clustering_notice(screen: Screen, view: View) -> str:
    """Return what is said while posts are clustered."""
    return f"Clustering {screen.n_clustered(view.clusterer):,} posts …"
