"""The pane that sets side by side: two clusterings of one corpus, or the task types that are stored of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from explorer.app.clusterer import KMEANS
from explorer.app.evaluation_pane import MEASURES, diagonal
from explorer.app.screen import Screen
from explorer.app.sides import Side
from explorer.app.view import View
from explorer.clustering import METHODS
from explorer.comparing import Comparison, Difference, SideBySide
from explorer.labeling import ClusterSummary
from explorer.measures import TITLES
from explorer.noise import NOISE, NOISE_NAME
from ingest.embedders import TaskType

Props = dict[str, Any]

FIGURES = {
    "v_measure": TITLES["v_measure"],
    "adjusted_rand": TITLES["adjusted_rand"],
    "mean_share": TITLES["mean_share"],
    "precision": "Precision@10",
}
PRECISION = "The share of a post's ten nearest neighbors that are of its newsgroup."
DIGITS = 3


def comparison_of(screen: Screen, view: View) -> Props:
    """Return how much two clusterings agree, how well each does with the newsgroups, and which clusters overlap."""
    pair = screen.beside.pair(view.facing, view.k)
    found = screen.beside.compared(*pair)
    names = [named(screen, side) for side in pair]
    summaries = [screen.beside.described(side).summaries for side in pair]
    return {
        "title": f"This: {names[0]}. Other: {names[1]}. {_of_posts(found)}.",
        "agreement": [
            _measured("adjusted_rand", found.overlap.adjusted_rand),
            _measured("v_measure", found.overlap.nmi),
        ],
        "rows": [_difference(each) for each in found.differences if each.measure in TITLES],
        "matrix": _matrix_of(found, *summaries),
    }


def named(screen: Screen, side: Side) -> str:
    """Return what a side is called among others."""
    is_counted = side.method == KMEANS
    clusters = f"{side.k:,} clusters" if is_counted else f"clusters of {METHODS[side.method].title}"
    return f"{clusters}, {screen.beside.screens[side.key].beside.title}"


def _of_posts(found: SideBySide) -> str:
    alone = zip(found.n_left_out, ("this", "the other"), strict=True)
    left_out = [f"{n_posts:,} that only {whose} has" for n_posts, whose in alone if n_posts]
    return f"{found.n_posts:,} posts that both have" + (f", without {' and '.join(left_out)}" if left_out else "")


def _measured(measure: str, value: float) -> Props:
    return {"title": TITLES[measure], "explanation": MEASURES[measure], "value": value}


def _difference(found: Difference) -> Props:
    figures = [found.one, found.other]
    return {
        "title": TITLES[found.measure],
        "explanation": MEASURES[found.measure],
        "figures": figures,
        "best": best_of(figures),
        "change": found.change,
    }


def _matrix_of(found: SideBySide, of_one: Sequence[ClusterSummary], of_other: Sequence[ClusterSummary]) -> Props:
    overlap = found.overlap
    order = sorted(diagonal(overlap.counts), key=lambda column: overlap.of_other[column] == NOISE)
    return {
        "rows": [_called(cluster, of_one) for cluster in overlap.of_one],
        "clusters": list(overlap.of_one),
        "columns": [_column(overlap.of_other[column], of_other) for column in order],
        "counts": overlap.counts[:, order].tolist(),
    }


def _column(cluster: int, summaries: Sequence[ClusterSummary]) -> Props:
    name = NOISE_NAME if cluster == NOISE else str(cluster)
    return {"cluster": cluster, "name": name, "title": f"other {_called(cluster, summaries)}"}


def _called(cluster: int, summaries: Sequence[ClusterSummary]) -> str:
    names = {summary.cluster: summary.name for summary in summaries}
    return NOISE_NAME if cluster == NOISE else f"{cluster}: {names[cluster]}"


def task_types_of(screen: Screen, view: View) -> Props:
    """Return the figures of each stored task type; the best of each are marked."""
    found = screen.beside.task_types(view.k)
    return {
        "title": f"KMeans with {view.k:,} clusters of the vectors of each stored task type, against the newsgroups.",
        "columns": [each.name for each in found],
        "rows": [_figures_of(found, figure) for figure in FIGURES],
        "hint": _hint(screen, found),
    }


def _figures_of(found: Sequence[Comparison], figure: str) -> Props:
    figures = [asdict(each)[figure] for each in found]
    explanation = MEASURES.get(figure, PRECISION)
    return {"title": FIGURES[figure], "explanation": explanation, "figures": figures, "best": best_of(figures)}


def best_of(figures: Sequence[float]) -> list[int]:
    """Return the places of the best figures as they are shown, none where all are."""
    shown = [round(figure, DIGITS) for figure in figures]
    best = [place for place, figure in enumerate(shown) if figure == max(shown)]
    return best if len(best) < len(shown) else []


def _hint(screen: Screen, found: Sequence[Comparison]) -> str:
    manifest = screen.explorer.manifest
    if not manifest.embedded_as:
        return f"{manifest.model} has no task types: every one is served by the same vectors."
    stored = {each.name for each in found}
    missing = [task_type for task_type in TaskType if task_type not in stored and not task_type.endswith("_QUERY")]
    if not missing:
        return ""
    return f"Not stored are {', '.join(missing)}: `python -m ingest {manifest.source} --task-types NAME` adds one."
