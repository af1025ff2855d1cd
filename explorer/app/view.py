"""The view: all that a visitor has asked, filtered, chosen and selected; the page's address says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from math import isfinite
from typing import Any
from urllib.parse import parse_qs, urlencode

from explorer.app.clusterer import CLUSTERING, DEFAULT_K, KMEANS, Clusterer
from explorer.app.predicted import Predicted
from explorer.app.sides import Facing
from explorer.plan import Plan
from explorer.surroundings import DEFAULTS
from explorer.suspects import MISLABELED

LEAST = -1.0  # the least similarity there is: every post is that near
N_RESULTS = 20
MOST_CHARACTERS = 5_000  # of a typed text: more would not fit into an address
DIGITS = 6  # of a number in an address
MOST_CORNERS = 200  # of a region: as many as a lasso draws; what crosses itself a lot takes long to fill
DEFAULT_METHOD = "umap"
PLANNED = ("method", "seed", "n_neighbors", "min_dist", "perplexity")  # what says which map is drawn
DEFAULT_CLASSIFIER = "network"
NEWSGROUP, CLUSTER, SUBSET, SIMILARITY, SUSPECT = "newsgroup", "cluster", "subset", "similarity", "suspect"
PLACEMENT = "placement"

PANES = READER, SELECTION, SUSPECTS = "reader", "selection", "suspects"
PAGES = EXPLORE, EVALUATE, COMPARE, CLASSIFY, DATA = "explore", "evaluate", "compare", "classify", "data"
CLOSED, OPEN, STOPPED = "", "open", "stopped"  # the panel that compares numbers of clusters
AGAINST = NEWSGROUPS, SUPERGROUPS = "newsgroups", "super-groups"  # what clusters are compared with

Corner = tuple[float, float]
NO_PLAN = Plan("")


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a map: a polygon's corners in the coordinates of a projection."""

    plan: Plan = NO_PLAN
    corners: tuple[Corner, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.corners)

    def __str__(self) -> str:
        return f"{self.plan}:" + ";".join(f"{said(x)},{said(y)}" for x, y in self.corners)

    @classmethod
    def read(cls, text: str) -> Region:
        """Read what ``str`` wrote; whatever else is no region."""
        planned, _, corners = text.partition(":")
        plan = Plan.read(planned)
        try:
            found = tuple((float(x), float(y)) for x, y in (corner.split(",") for corner in corners.split(";")))
        except ValueError:
            return cls()
        is_finite = all(isfinite(value) for corner in found for value in corner)
        return cls(plan, found) if plan and is_finite else cls()


@dataclass(frozen=True, slots=True)
class Clusters:
    """Some clusters of a clustering; -1 is whoever is in none."""

    by: Clusterer = field(default_factory=Clusterer)
    numbers: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def __str__(self) -> str:
        return f"{self.by}:" + ",".join(map(str, self.numbers))

    def without(self, number: str) -> Clusters:
        """Return all but one of the clusters; of the last there is nothing left."""
        others = tuple(each for each in self.numbers if str(each) != number)
        return Clusters(self.by, others) if others else Clusters()

    @classmethod
    def read(cls, text: str) -> Clusters:
        """Read what ``str`` wrote; whatever else is no cluster."""
        by, _, numbers = text.rpartition(":")
        try:
            return cls(Clusterer.read(by), tuple(int(number) for number in numbers.split(",")))
        except ValueError:
            return cls()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts are looked at: those that pass every filter that is set."""

    newsgroups: tuple[str, ...] = ()
    subset: str = ""
    contains: str = ""
    clusters: Clusters = field(default_factory=Clusters)
    suspects: tuple[str, ...] = ()
    region: Region = field(default_factory=Region)
    predicted: Predicted = field(default_factory=Predicted)
    where: tuple[str, ...] = ()  # metadata, each "FIELD=VALUE"
    groups: tuple[str, ...] = ()  # of clusterings that may be of other models: posts that are in all of them


EVERYTHING = Scope()


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
Said = View | Scope  # what an address says

# How the address calls the fields of a view, and those of its scopes.
NAMES = {
    "corpus": "corpus",
    "question": "q",
    "mode": "mode",
    "like": "like",
    "unlike": "unlike",
    "least": "near",
    "method": "map",
    "color": "color",
    "k": "k",
    "by": "by",
    "vectors": "vectors",
    "of": "of",
    "sweep": "which-k",
    "post": "post",
    "n_results": "n",
    "pane": "pane",
    "suspects": "list",
    "page": "tab",  # Gradio takes "page" for pages of its own
    "against": "against",
    "classifier": "classifier",
    "training_seed": "training-seed",
    "facing": "facing",
    "seed": "seed",
    "n_neighbors": "neighbors",
    "min_dist": "min-dist",
    "perplexity": "perplexity",
}
SCOPE_NAMES = {
    "newsgroups": "newsgroup",
    "subset": "subset",
    "contains": "contains",
    "where": "where",
    "clusters": "cluster",
    "suspects": "suspect",
    "region": "region",
    "predicted": "taken-for",
    "groups": "group",
}
SCOPES = {"scope": "", "like_scope": "like-"}


def query_of(view: View) -> str:
    """Return the address's query, which names what differs from the first view."""
    pairs = list(_pairs(view, FIRST, NAMES))
    for name, prefix in SCOPES.items():
        pairs += _pairs(getattr(view, name), EVERYTHING, SCOPE_NAMES, prefix)
    return f"?{urlencode(pairs)}" if pairs else ""


def view_of(query: str) -> View:
    """Read an address's query; what cannot be read is left as in the first view."""
    given = parse_qs(query.removeprefix("?"), errors="replace")
    found = _read(given, FIRST, NAMES)
    for name, prefix in SCOPES.items():
        found[name] = Scope(**_read(given, EVERYTHING, SCOPE_NAMES, prefix))
    return View(**found)


def query_of_scope(scope: Scope) -> str:
    """Return how an address says a scope."""
    return urlencode(list(_pairs(scope, EVERYTHING, SCOPE_NAMES)))


def scope_of(query: str) -> Scope:
    """Read what ``query_of_scope`` wrote; what cannot be read narrows nothing."""
    return Scope(**_read(parse_qs(query, errors="replace"), EVERYTHING, SCOPE_NAMES))


def changed(before: View | None, after: View) -> set[str]:
    """Return the names of the fields that differ; of no view before, all do."""
    names = {each.name for each in fields(View)}
    return {name for name in names if before is None or getattr(before, name) != getattr(after, name)}


def said(number: float) -> str:
    """Return a number as addresses say it."""
    return f"{number:.{DIGITS}g}"


def sayable(number: float) -> float:
    """Return the nearest number that an address can say, so that a link opens just what was on the page."""
    return float(said(number))


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


def _pairs(one: Said, default: Said, names: dict[str, str], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, parameter in names.items():
        value = getattr(one, name)
        if value == getattr(default, name):
            continue
        for each in value if isinstance(value, tuple) else (value,):
            yield prefix + parameter, said(each) if isinstance(each, float) else str(each)


def _read(given: dict[str, list[str]], default: Said, names: dict[str, str], prefix: str = "") -> dict[str, Any]:
    found = {}
    for name, parameter in names.items():
        if texts := given.get(prefix + parameter):
            found[name] = _value(texts, getattr(default, name))
    return found


def _value(texts: Iterable[str], default: object) -> object:
    """Read texts as a value of the default's kind."""
    first = next(iter(texts))
    if isinstance(default, tuple):
        return tuple(dict.fromkeys(texts))
    if isinstance(default, Region | Clusters | Predicted | Facing):
        return default.read(first)
    if isinstance(default, str):
        return first
    try:
        number = float(first) if isinstance(default, float) else int(first)
    except ValueError:
        return default
    return number if isfinite(number) else default
