"""The panel that compares numbers of clusters: what it is told while they are judged, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from explorer.app.addresses import query_of_scope
from explorer.app.clusterer import KMEANS, Clusterer
from explorer.app.parts import Parts, Update, props
from explorer.app.scoping import shown_by
from explorer.app.screen import Screen
from explorer.app.view import CLOSED, CLUSTER, OPEN, View
from explorer.point_map.packing import TURNS
from explorer.sweep import SweepRow, default_ks, recommended

MEASURES = {
    "silhouette": ("Silhouette", "How much nearer posts are to their own cluster than to the next."),
    "stability": ("Stability", "How far clusterings that begin otherwise agree: 1 where all are the same."),
    "agreement": ("Adjusted Rand index", "How far clusters and newsgroups agree, adjusted for chance."),
}


def show_sweep(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Judge one k after the other for as long as the panel is open, unless others have it open too.

    What is judged are clusters of the posts that are shown. What is sent has a turn, as the page may be told again,
    when an older answer ends, what that had said.
    """
    turn = next(TURNS)
    if view.sweep != OPEN:
        yield {parts.sweep_chart: props(stopped={"turn": turn, "is_closed": view.sweep == CLOSED})}
        return
    by = Clusterer(task_type=view.vectors, of=shown_by(view))
    n_posts = screen.n_clustered(by)
    yield {parts.sweep_chart: props(sweep={**sweep_of(n_posts, []), "turn": turn})}
    for rows in screen.sweeps.follow(by):
        yield {} if rows is None else {parts.sweep_chart: props(sweep={**sweep_of(n_posts, rows), "turn": turn})}


def show_swept(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Mark the k that the map is colored by."""
    is_swept = view.color == CLUSTER and view.by == KMEANS and view.of == query_of_scope(view.scope)
    yield {parts.sweep_chart: props(chosen=view.k if is_swept else None)}


def sweep_of(n_posts: int, rows: Sequence[SweepRow]) -> dict[str, Any]:
    """Return what is known so far, and of all together the k to recommend."""
    ks = default_ks(n_posts)
    best = recommended(rows) if len(rows) == len(ks) else None
    return {
        "n_posts": n_posts,
        "ks": ks,
        "measures": [
            {"title": title, "explanation": explanation, "values": values}
            for name, (title, explanation) in MEASURES.items()
            if None not in (values := [getattr(row, name) for row in rows])
        ],
        "recommended": best and best.n_clusters,
        "reason": best and best.reason,
    }
