"""Layers: what the map shows of a view, in the parts that the map's component takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from explorer.app.chips import manner_of, rest_of
from explorer.app.field_layers import by_field
from explorer.app.scoping import UNSUSPECTED
from explorer.app.screen import Screen
from explorer.app.view import CLUSTER, NEWSGROUP, PLACEMENT, SIMILARITY, SUBSET, SUSPECT, View, chosen_clusters
from explorer.field_names import field_of
from explorer.painting import grouped, suspicions
from explorer.palette import color_of
from explorer.plan import Plan
from explorer.point_map import NO_GROUP, Coloring, Marks, Message, Names, Near, Pin, Points, Region, Scale, Shown
from explorer.projection import METHODS
from explorer.suspects import KINDS

COLORINGS = {
    NEWSGROUP: "newsgroup",
    CLUSTER: "cluster",
    SUBSET: "subset",
    SIMILARITY: "similarity",
    SUSPECT: "suspects",
    PLACEMENT: "placement",
}
NOWHERE = np.empty((0, 2), np.float32)
NOBODY = Coloring("", np.empty(0, np.int32), [], [])
NOTHING = (Points(NOWHERE), NOBODY, Names([], NOWHERE, []), Marks(), Pin(), Shown(), Region(), Near())
PIN_CHARACTERS = 40
NOTHING_TO_COLOR_BY = "Ask a question: the map is then colored by how near each post is to it."


def message_of(screen: Screen, view: View) -> Message:
    """Return what the map waits for."""
    if not screen.explorer.has_projection(view.plan):
        return waiting_of(screen, view.plan)
    return Message(NOTHING_TO_COLOR_BY if view.color == SIMILARITY and not view.asks else "")


def waiting_of(screen: Screen, plan: Plan) -> Message:
    """Return how far a map is that is computed."""
    waiting = f"Computing {METHODS[plan.method].title} of {screen.n_posts:,} posts …"
    return Message(waiting, done=screen.projecting.done(plan))


def points_of(screen: Screen, plan: Plan) -> Points:
    return Points(screen.explorer.project(plan).coordinates, screen.key)


def names_of(screen: Screen, plan: Plan) -> Names:
    """Return names for parts of the map, which show as one comes nearer."""
    found = screen.explorer.place_names(plan)
    return Names(found.texts, found.coordinates, found.levels.tolist())


def coloring_of(screen: Screen, view: View) -> Coloring | Scale:
    """Return what colors the posts; the groups that the view is narrowed to are pressed."""
    return PAINTERS.get(view.color, by_field)(screen, view)


def title_of(view: View) -> str:
    """Return the title of the coloring, which no other coloring of the map has."""
    title = COLORINGS.get(view.color, field_of(view.color)).capitalize()
    return f"{title} {manner_of(view.clusterer)}" if view.color == CLUSTER else title


def shown_of(screen: Screen, view: View) -> tuple[Shown, Region]:
    """Return who is shown in full, and the outline of the region where it is one of this map."""
    region = view.scope.region
    return Shown(screen.shown(view)), Region(region.corners if region.plan == screen.drawn(view) else ())


def near_of(screen: Screen, view: View) -> Near:
    return Near(screen.similarities(view), least=view.least)


def marks_of(screen: Screen, view: View) -> tuple[Marks, Pin]:
    """Return the hits, the post that is read with its neighbors, and where the question lands."""
    hits = [screen.index[post_id] for post_id in screen.hit_ids(view) if post_id in screen.index]
    neighbors = screen.neighbors(view.post) if view.post else []
    rows = [screen.index[neighbor.post.id] for neighbor in neighbors if neighbor.post.id in screen.index]
    return Marks(hits, screen.index.get(view.post), rows), _pin_of(screen, view)


def _pin_of(screen: Screen, view: View) -> Pin:
    if not (view.question.strip() and screen.explorer.takes_questions) or not screen.explorer.has_projection(view.plan):
        return Pin()
    x, y = screen.explorer.locate(view.question, view.plan)
    text = view.question.strip()
    return Pin(x, y, text if len(text) <= PIN_CHARACTERS else f"{text[:PIN_CHARACTERS].rstrip()}…")


def _by_newsgroup(screen: Screen, view: View) -> Coloring:
    values = [post.newsgroup for post in screen.explorer.posts]
    coloring = grouped(title_of(view), values, screen.explorer.newsgroups)
    return _pressed(coloring, screen.explorer.newsgroups, view.scope.newsgroups)


def _by_subset(screen: Screen, view: View) -> Coloring:
    values = [post.subset for post in screen.explorer.posts]
    return _pressed(grouped(title_of(view), values, screen.subsets), screen.subsets, [view.scope.subset])


def _by_cluster(screen: Screen, view: View) -> Coloring:
    grouping = screen.described(view.clusterer)
    names = [summary.name for summary in grouping.summaries]
    colors = [color_of(summary.cluster) for summary in grouping.summaries]
    rest = rest_of(view.clusterer)
    return Coloring(title_of(view), grouping.labels, names, colors, chosen_clusters(view), rest)


def _by_suspect(screen: Screen, view: View) -> Coloring:
    coloring = grouped(title_of(view), suspicions(screen.explorer), KINDS)
    return _pressed(coloring, KINDS, view.scope.suspects)


def _by_similarity(screen: Screen, view: View) -> Scale:
    similarities = screen.similarities(view)
    none = np.full(screen.n_posts, np.nan, np.float32)
    return Scale(title_of(view), none if similarities is None else similarities)


def _by_placement(screen: Screen, view: View) -> Scale:
    return Scale(title_of(view), screen.misplacement(screen.drawn(view)), ends=("well placed", "badly placed"))


def _pressed(coloring: Coloring, names: Sequence[str], chosen: Sequence[str]) -> Coloring:
    code = {UNSUSPECTED: NO_GROUP, **{name: index for index, name in enumerate(names)}}
    return replace(coloring, chosen=[code[name] for name in chosen if name in code])


PAINTERS: dict[str, Callable[[Screen, View], Coloring | Scale]] = {
    NEWSGROUP: _by_newsgroup,
    CLUSTER: _by_cluster,
    SUBSET: _by_subset,
    SIMILARITY: _by_similarity,
    SUSPECT: _by_suspect,
    PLACEMENT: _by_placement,
}
