"""Painting: what the posts of a map are colored by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from explorer.clustering import METHODS, Clustering
from explorer.extracting import labels_by_post
from explorer.field_names import field_of, named
from explorer.field_painting import paint_of
from explorer.noise import NOISE_NAME
from explorer.palette import color_of, colors_for
from explorer.point_map.arrays import NO_GROUP, Coloring, Scale
from explorer.projection import Projection
from explorer.suspects import KINDS
from ingest.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from explorer.columns import Columns
    from explorer.explorer import Explorer

Paint: TypeAlias = Coloring | Scale
UNNAMED = "(none)"  # the group of posts without a newsgroup


@dataclass(frozen=True, slots=True)
class Subject:
    """What is painted: a map of an explorer's posts, with what some colorings need besides."""

    explorer: Explorer
    projection: Projection
    clustering: Clustering | int | None = None
    question: str = ""


def grouped(title: str, values: Sequence[str], names: Sequence[str]) -> Coloring:
    """Color each post by its value; one that is not among the names has no color."""
    code_of = {name: code for code, name in enumerate(names)}
    codes = np.array([code_of.get(value, NO_GROUP) for value in values], np.int32)
    return Coloring(title, codes, [name or UNNAMED for name in names], colors_for(names))


def suspicions(explorer: Explorer) -> list[str]:
    """Return the first kind that each post is suspected of, empty where it is of none."""
    kinds = [""] * len(explorer.posts)
    for suspect in reversed(explorer.suspects):
        kinds[suspect.row if suspect.other is None else suspect.other] = kinds[suspect.row] = suspect.kind
    return kinds


def require_painter(color: str, columns: Columns) -> Callable[[Subject], Paint]:
    """Return what colors a map so: by what is known of all posts, or ``field:NAME`` by their metadata.

    Raises
    ------
    UserError
        Where there is no such coloring, or the field's values would tell single posts apart.
    """
    if color in PAINTERS:
        return PAINTERS[color]
    fields = [named(field.name) for field in columns.colorable]
    if color in fields:
        return partial(_by_field, field_of(color))
    if color in {named(field.name) for field in columns.unshared}:
        known = ", ".join([*PAINTERS, *fields])
        raise UserError(
            f"Nearly every post has a value of its own of {color}, which colors no map: choose from {known}."
        )
    raise UnknownNameError("coloring", color, [*PAINTERS, *fields])


def _by_newsgroup(subject: Subject) -> Coloring:
    newsgroups = [post.newsgroup for post in subject.explorer.posts]
    return grouped("Newsgroup", newsgroups, subject.explorer.newsgroups)


def _by_cluster(subject: Subject) -> Coloring:
    explorer, clustering = subject.explorer, subject.clustering
    if not isinstance(clustering, Clustering):
        clustering = explorer.cluster(clustering)
    summaries = explorer.describe(clustering)
    code_of = {summary.cluster: code for code, summary in enumerate(summaries)}
    labels = labels_by_post(clustering, explorer.post_ids).tolist()
    codes = np.array([code_of.get(label, NO_GROUP) for label in labels], np.int32)
    names, colors = [each.name for each in summaries], [color_of(each.cluster) for each in summaries]
    title = f"{len(summaries):,} clusters, {METHODS[clustering.method].title}"
    coloring = Coloring(title, codes, names, colors)
    return replace(coloring, rest=NOISE_NAME) if clustering.n_noise else coloring


def _by_subset(subject: Subject) -> Coloring:
    subsets = [post.subset for post in subject.explorer.posts]
    return grouped("Subset", subsets, sorted({subset for subset in subsets if subset}, reverse=True))


def _by_suspect(subject: Subject) -> Coloring:
    return grouped("Suspects", suspicions(subject.explorer), KINDS)


def _by_similarity(subject: Subject) -> Scale:
    if not subject.question.strip():
        raise UserError("The map is colored by how near each post is to a question: give one with --question TEXT.")
    return Scale(f"Similarity to “{subject.question.strip()}”", subject.explorer.similarities(subject.question))


def _by_placement(subject: Subject) -> Scale:
    return Scale("Placement", subject.explorer.misplacement(subject.projection), ends=("well placed", "badly placed"))


def _by_field(field: str, subject: Subject) -> Paint:
    return paint_of(subject.explorer.columns, field)


PAINTERS: dict[str, Callable[[Subject], Paint]] = {
    "newsgroup": _by_newsgroup,
    "cluster": _by_cluster,
    "subset": _by_subset,
    "suspect": _by_suspect,
    "similarity": _by_similarity,
    "placement": _by_placement,
}
