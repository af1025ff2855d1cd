"""What people wait for in the explorer, step by step, each told of on a line of JSON as soon as it is done."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from explorer import Explorer, Filters
from explorer.filters import NO_FILTERS
from ingest.console import print_line

MOST_FOR_TSNE = 50_000
N_QUESTIONS = 40
N_RESULTS = 10

Work = Callable[[], object]


class Session:
    """A session with a store that was just ingested; the order of its steps matters, as what is known is not redone."""

    def __init__(self, store: Path) -> None:
        self._explorer = Explorer.open(store)
        posts = self._explorer.posts
        self._explorer.similar(posts[0].id, filters=Filters(subset="train"))  # reads vectors too
        rows = np.random.default_rng(0).choice(len(posts), N_QUESTIONS, replace=False)
        self._questions = [posts[row].subject or "?" for row in rows]

    def close(self) -> None:
        self._explorer.close()

    def steps(self) -> Iterator[tuple[str, Work]]:
        """Name each step and what is done in it."""
        explorer = self._explorer
        yield "vectors of 40 questions", lambda: [explorer.search(question) for question in self._questions]
        yield "keyword index", lambda: explorer.search("launch", mode="keywords")
        yield from self._searches()
        yield "PCA map", lambda: explorer.project("pca")
        yield "neighbors of every post", lambda: explorer.misplacement(explorer.project("pca"))
        yield "KMeans, k = 20, first", lambda: explorer.cluster(20)
        yield "KMeans, next k", lambda: explorer.cluster(21)
        yield "HDBSCAN", lambda: explorer.cluster(method="hdbscan")
        yield "DBSCAN", lambda: explorer.cluster(method="dbscan")
        yield "one k of a sweep", lambda: next(explorer.sweep([20]))
        yield "UMAP map", lambda: explorer.project("umap")
        yield "trust in a map", lambda: explorer.trust(explorer.project("umap"))
        if len(explorer.posts) <= MOST_FOR_TSNE:
            yield "t-SNE map", lambda: explorer.project("tsne")
        yield "terms, and clusters in words", lambda: explorer.describe(explorer.cluster(20))
        yield "place names", lambda: explorer.place_names("umap")
        yield "suspects and twins", lambda: explorer.suspects
        yield "measures of a clustering", lambda: explorer.evaluate(explorer.cluster(20))
        yield "precision of 500 posts", explorer.compare_task_types
        yield "a map for the page", self._map_for_page

    def _searches(self) -> Iterator[tuple[str, Work]]:
        newsgroup = Filters(newsgroups=(self._explorer.newsgroups[0],))
        yield "search by meaning", partial(self._median, "meaning")
        yield "search by keywords", partial(self._median, "keywords")
        yield "search, hybrid", partial(self._median, "hybrid")
        yield "search in one newsgroup", partial(self._median, "meaning", newsgroup)
        yield "search, first with a phrase", lambda: self._search("launch", "meaning", Filters(contains="orbit"))

    def _median(self, mode: str, filters: Filters = NO_FILTERS) -> float:
        """Return the median of the seconds that a question takes."""
        return float(np.median([_seconds(partial(self._search, each, mode, filters))[0] for each in self._questions]))

    def _search(self, question: str, mode: str, filters: Filters) -> object:
        return self._explorer.search(question, N_RESULTS, filters, mode=mode)

    def _map_for_page(self) -> int:
        """Return the bytes that a map's places and colors take on their way to the browser."""
        from explorer.point_map.arrays import Coloring, Points

        clustering = self._explorer.cluster(20)
        names = [str(cluster) for cluster in range(clustering.n_clusters)]
        coloring = Coloring("cluster", clustering.labels, names, ["#000000"] * len(names))
        points = Points(self._explorer.project("umap").coordinates)
        return len(json.dumps({**points.props(), **coloring.props()}))


def run(store: Path) -> None:
    """Take each step, and go on where one fails."""
    opened: list[Session] = []
    for name in ("first open", "open again"):
        while opened:
            opened.pop().close()
        _tell(name, lambda: opened.append(Session(store)))
    for session in opened:
        for name, work in session.steps():
            _tell(name, work)


def _tell(name: str, work: Work) -> None:
    began = time.perf_counter()
    try:
        seconds, outcome = _seconds(work)
        note = f"{outcome / 1e6:.1f} MB" if isinstance(outcome, int) else ""
        told = {"seconds": outcome if isinstance(outcome, float) else seconds, "note": note}
    except Exception as error:  # the steps that follow may well work
        told = {"seconds": time.perf_counter() - began, "note": f"failed: {type(error).__name__}: {error}"[:200]}
    print_line(json.dumps({"step": name, **told}))


def _seconds(work: Work) -> tuple[float, object]:
    began = time.perf_counter()
    outcome = work()
    return time.perf_counter() - began, outcome


if __name__ == "__main__":
    run(Path(sys.argv[1]))
