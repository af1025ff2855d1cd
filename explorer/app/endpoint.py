"""An endpoint: the parameters that many have, with their limits, and which corpus is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from explorer.app.corpora import rights_of
from explorer.app.screen import Screen
from explorer.app.view import MOST_CHARACTERS
from explorer.choosing import named
from explorer.clustering import Clustering, Options
from explorer.default_k import DEFAULT_K
from explorer.explorer import Explorer
from explorer.filters import NO_FILTERS, Filters
from explorer.plan import MOST_SEED
from explorer.taking import TAKERS, untaken
from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.store import Manifest

MOST_RESULTS = 1_000
MOST_CLUSTERS = 1_000
MOST_IN_A_CROWD = 100
FARTHEST = 1.0  # as DBSCAN keeps all pairs that are nearer than this, which is up to 3 GB of 18,846 posts at 2
LONGEST_NAME = 1_000
NUMBER_OF_CLUSTERS = (
    f"the number of clusters, of kmeans: 1 to {MOST_CLUSTERS:,}; empty: {DEFAULT_K}, or as many as there are posts"
)


class Endpoint(BaseModel):
    """What every endpoint takes, and no caller has to give where a store has one corpus of one model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    corpus: str = Field("", max_length=LONGEST_NAME, description="the corpus; empty: the only one")
    model: str = Field("", max_length=LONGEST_NAME, description="the model that embedded it; empty: the only one")

    def meant(self, screens: Iterable[Screen]) -> list[Screen]:
        """Return those of the corpus and the model that are named, or all; an unknown name is refused."""
        by_corpus = {_address(screen.explorer.manifest): screen for screen in screens}
        manifests = named([each.explorer.manifest for each in by_corpus.values()], "corpus", self.corpus or None)
        manifests = named(manifests, "model", self.model or None)
        return [by_corpus[_address(each)] for each in manifests]

    def ask(self, screens: Mapping[str, Screen]) -> Any:
        """Answer with plain objects, of the corpus that is meant."""
        return self.answer_of(the_one(self.meant(require_any(screens))))

    def answer_of(self, screen: Screen) -> Any:
        return self.answer(screen.explorer)

    def answer(self, explorer: Explorer) -> Any:
        raise NotImplementedError


class Narrowed(Endpoint):
    """Looks at some posts."""

    newsgroups: list[str] = Field([], max_length=MOST_RESULTS, description="only posts of these; empty: of all")
    subset: str = Field("", max_length=LONGEST_NAME, description="train or test; empty: both")
    contains: str = Field("", max_length=MOST_CHARACTERS, description="only posts with this phrase, capitals or not")
    where: list[str] = Field(
        [], max_length=MOST_RESULTS, description="only posts with this metadata, each FIELD=VALUE; empty: with any"
    )

    def filters(self, **more: Any) -> Filters:
        return Filters(tuple(self.newsgroups), self.subset, self.contains, where=tuple(self.where), **more)


class Limited(Narrowed):
    """Finds some posts."""

    n_results: int = Field(10, ge=1, le=MOST_RESULTS, description=f"how many posts at most, 1 to {MOST_RESULTS:,}")
    min_similarity: float = Field(-1.0, ge=-1, le=1, description="the least cosine similarity, -1 to 1")


class Clustered(Endpoint):
    """Groups posts."""

    k: int | None = Field(None, ge=1, le=MOST_CLUSTERS, description=NUMBER_OF_CLUSTERS)
    method: Literal["kmeans", "hdbscan", "dbscan"] = Field("kmeans", description="how posts are grouped")
    task_type: TaskType = Field(TaskType.CLUSTERING, description="whose vectors are grouped")
    smooth: bool | None = Field(None, description="draw vectors to their neighbors'; empty: of the offline model alone")
    seed: int = Field(0, ge=0, le=MOST_SEED, description="another one groups differently")
    min_cluster_size: int | None = Field(
        None, ge=2, description="of hdbscan: how many posts make a cluster; empty: one in 400, and at least 5"
    )
    min_samples: int | None = Field(
        None, ge=1, le=MOST_IN_A_CROWD, description="of hdbscan and dbscan: how many posts make a crowd; empty: 10"
    )
    eps: float | None = Field(
        None, gt=0, le=FARTHEST, description="of dbscan: how far a crowd reaches; empty: a quarter of posts have one"
    )

    def require_taken(self, *methods: str) -> None:
        """Refuse what none of the methods takes."""
        if wrong := untaken(self._parameters, methods):
            raise UserError(f"{wrong}.")

    def clustering(self, explorer: Explorer, filters: Filters = NO_FILTERS) -> Clustering:
        options = Options(self.k, smooth=self.smooth, **self._parameters)
        return explorer.cluster(options, method=self.method, seed=self.seed, filters=filters, task_type=self.task_type)

    @property
    def _parameters(self) -> dict[str, Any]:
        return self.model_dump(include={*TAKERS}, exclude_none=True)


def require_any(screens: Mapping[str, Screen]) -> list[Screen]:
    """Return what there is to explore, or say how there comes to be something."""
    found = [*screens.values()]
    if not found:
        raise UserError(rights_of(screens).nothing_yet)
    return found


def the_one(screens: Sequence[Screen]) -> Screen:
    """Return the only screen, or of those of one corpus and model that with most dimensions.

    A collection that this project did not make is meant where it is named, or where there is nothing else.
    """
    screens = [screen for screen in screens if not screen.explorer.is_foreign] or screens
    for field in ("corpus", "model"):
        names = sorted({getattr(screen.explorer.manifest, field) for screen in screens})
        if len(names) > 1:
            raise UserError(f"Which {field}? The store has {', '.join(names)}: name one as {field}.")
    return max(screens, key=lambda screen: screen.explorer.manifest.dimensions)


def _address(manifest: Manifest) -> tuple[str, str, int]:
    return manifest.corpus, manifest.model, manifest.dimensions
