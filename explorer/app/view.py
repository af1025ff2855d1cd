"""The view: all that a visitor has asked, filtered, chosen and selected."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from explorer.agreement import NEWSGROUPS
from explorer.app.clusterer import CLUSTERING, KMEANS, Clusterer
from explorer.app.scope import EVERYTHING, Scope
from explorer.app.sides import Facing
from explorer.default_k import DEFAULT_K
from explorer.plan import Plan
from explorer.surroundings import DEFAULTS
from explorer.suspects import MISLABELED

LEAST = -1.0  # the least similarity there is: every post is that near
N_RESULTS = 20
MOST_CHARACTERS = 5_000  # of a typed text: more would not fit into an address
DEFAULT_METHOD = "umap"
PLANNED = ("method", "seed", "n_neighbors", "min_dist", "perplexity")  # what says which map is drawn
DEFAULT_CLASSIFIER = "network"
NEWSGROUP, CLUSTER, SUBSET, SIMILARITY, SUSPECT = "newsgroup", "cluster", "subset", "similarity", "suspect"
PLACEMENT = "placement"

PANES = READER, SELECTION, SUSPECTS = "reader", "selection", "suspects"
PAGES = EXPLORE, EVALUATE, COMPARE, CLASSIFY, DATA = "explore", "evaluate", "compare", "classify", "data"
CLOSED, OPEN, STOPPED = "", "open", "stopped"  # the panel that compares numbers of clusters


@dataclass(frozen=True, slots=True)
class View:
    """What is on the page.

    ``like_scope`` are posts, more of whose kind are looked for. ``by`` is a method of clustering, ``vectors`` the
    task type of those that it takes, and ``of`` the posts, as ``query_of_scope`` says them.
    """

    corpus: str = ""
    question: str = ""
    mode: str = "meaning"
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    like_scope: Scope = EVERYTHING
    scope: Scope = EVERYTHING
    least: float = LEAST
    method: str = DEFAULT_METHOD
    color: str = NEWSGROUP
    k: int = DEFAULT_K
    by: str = KMEANS
    vectors: str = CLUSTERING
    of: str = ""
    sweep: str = CLOSED
    post: str = ""
    n_results: int = N_RESULTS
    pane: str = READER
    suspects: str = MISLABELED
    n_suspects: int = N_RESULTS
    page: str = EXPLORE
    against: str = NEWSGROUPS
    seed: int = 0
    n_neighbors: int = DEFAULTS.n_neighbors
    min_dist: float = DEFAULTS.min_dist
    perplexity: float = DEFAULTS.perplexity
    classifier: str = DEFAULT_CLASSIFIER
    training_seed: int = 0
    facing: Facing = field(default_factory=Facing)
    n_trials: int = 0  # how often questions were asked to be embedded; what costs something is in no address
    n_trainings: int = 0  # how often the training was asked for; whoever waits for none looks on at most

    @property
    def plan(self) -> Plan:
        """What the map is made by."""
        return Plan.of({name: getattr(self, name) for name in PLANNED}).plain

    @property
    def clusterer(self) -> Clusterer:
        """The clustering that is chosen."""
        return Clusterer(self.k if self.by == KMEANS else 0, self.by, self.vectors, self.of)

    @property
    def asks(self) -> bool:
        """Whether there is anything to search by."""
        return bool(self.question.strip() or self.like or self.like_scope != EVERYTHING)


FIRST = View()


def changed(before: View | None, after: View) -> set[str]:
    """Return the names of the fields that differ; of no view before, all do."""
    names = {each.name for each in fields(View)}
    return {name for name in names if before is None or getattr(before, name) != getattr(after, name)}


def chosen_clusters(view: View) -> tuple[int, ...]:
    """Return the clusters that the view is narrowed to, where they are of the clustering that is chosen."""
    clusters = view.scope.clusters
    return clusters.numbers if clusters.by == view.clusterer else ()


def scoped(view: View, **narrowed: Any) -> View:
    """Return the view with other filters."""
    return replace(view, scope=replace(view.scope, **narrowed))


def sound(view: View) -> View:
    """Return the view without what means nothing in it: how near posts must be, where nothing is asked."""
    return view if view.asks or view.least == LEAST else replace(view, least=LEAST)
