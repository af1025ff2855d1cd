"""Endpoints: what can be asked over HTTP and MCP, each with its parameters, their limits, and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from explorer import answers
from explorer.app.exports import export_posts
from explorer.app.screen import Screen
from explorer.app.view import MOST_CHARACTERS
from explorer.choosing import named
from explorer.clustering import Clustering, Options
from explorer.explorer import Explorer
from explorer.filters import Filters
from explorer.plan import MOST_SEED, Plan
from explorer.question import Question
from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.store import Manifest

MOST_RESULTS = 1_000
MOST_CLUSTERS = 1_000
MOST_NAMED = 10_000  # posts, by their ids
LONGEST_NAME = 1_000
NOTHING_YET = "There is nothing to explore yet: ingest posts on the page Data, or with `python -m ingest`."


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

    def ask(self, screens: Iterable[Screen]) -> Any:
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


class Search(Limited):
    """Find the posts that answer a question, best first."""

    text: str = Field(max_length=MOST_CHARACTERS, description="the question, in plain words")
    mode: Literal["meaning", "keywords", "hybrid"] = Field("meaning", description="hybrid is both at once")

    def answer(self, explorer: Explorer) -> list[answers.Document]:
        filters = self.filters(min_similarity=self.min_similarity)
        return answers.of_hits(explorer.search(self.text, self.n_results, filters, mode=self.mode))


class Similar(Limited):
    """Find the posts nearest to stored ones, best first."""

    ids: list[str] = Field(min_length=1, max_length=MOST_RESULTS, description="ids of posts, as `search` gives them")

    def answer(self, explorer: Explorer) -> list[answers.Document]:
        filters = self.filters(min_similarity=self.min_similarity)
        return answers.of_hits(explorer.search(Question(like=tuple(self.ids)), self.n_results, filters))


class Clustered(Endpoint):
    """Groups all posts."""

    k: int = Field(20, ge=1, le=MOST_CLUSTERS, description=f"the number of clusters, of kmeans: 1 to {MOST_CLUSTERS:,}")
    method: Literal["kmeans", "hdbscan", "dbscan"] = Field("kmeans", description="how posts are grouped")
    task_type: TaskType = Field(TaskType.CLUSTERING, description="whose vectors are grouped")
    smooth: bool | None = Field(None, description="draw vectors to their neighbors'; empty: of the offline model alone")
    seed: int = Field(0, ge=0, le=MOST_SEED, description="another one groups differently")

    def clustering(self, explorer: Explorer) -> Clustering:
        options = Options(self.k, smooth=self.smooth)
        return explorer.cluster(options, method=self.method, seed=self.seed, task_type=self.task_type)


class Cluster(Clustered):
    """Group the posts, and tell each cluster's size, majority newsgroup, telling terms and typical posts."""

    with_labels: bool = Field(False, description="also each post's cluster, by its id, which is long")

    def answer(self, explorer: Explorer) -> answers.Document:
        found = self.clustering(explorer)
        document = answers.of_clustering(found, explorer.describe(found))
        return document if self.with_labels else without("labels", document)


class Evaluate(Clustered):
    """Tell how well clusters agree with the newsgroups, and how the stored task types compare."""

    def answer(self, explorer: Explorer) -> answers.Document:
        clustering = self.clustering(explorer)
        found = {"newsgroups": explorer.evaluate(clustering)}
        if explorer.has_supergroups:
            found["super-groups"] = explorer.evaluate(clustering, by_supergroup=True)
        compared = explorer.compare_task_types(min(self.k, len(explorer.posts)), seed=self.seed)
        return answers.of_evaluations(found, compared)


class Explain(Narrowed):
    """Tell what sets some posts apart from all: newsgroups, telling terms, typical and unusual posts."""

    ids: list[str] = Field([], max_length=MOST_NAMED, description="only posts with these ids; empty: all that pass")

    def answer(self, explorer: Explorer) -> answers.Document:
        for post_id in self.ids:
            explorer.post(post_id)
        chosen = explorer.matching(self.filters(among=frozenset(self.ids) if self.ids else None))
        return answers.of_explanation(explorer.explain(np.flatnonzero(chosen)), explorer.posts)


class Project(Endpoint):
    """Place the posts on a map by their meaning, and tell how far it can be trusted."""

    method: Literal["umap", "tsne", "pca"] = Field("umap", description="pca is quick, the others show more")
    n_neighbors: int | None = Field(None, description="of umap, 2 to 200; empty: 15")
    min_dist: float | None = Field(None, description="of umap, 0 to 1; empty: 0.1")
    perplexity: float | None = Field(None, description="of tsne, 2 to 200; empty: 30")
    seed: int = Field(0, ge=0, le=MOST_SEED, description="another one places differently")
    with_points: bool = Field(False, description="also each post's place, by its id, which is long")

    def answer_of(self, screen: Screen) -> answers.Document:
        plan, explorer = Plan.of(self.model_dump(exclude_none=True)), screen.explorer
        projection = screen.projection(plan)
        document = answers.of_projection(plan, projection, explorer.trust(projection), explorer.posts)
        return document if self.with_points else without("points", document)


class Classify(Endpoint):
    """Tell which newsgroups a text could be of, the most probable first."""

    text: str = Field(max_length=MOST_CHARACTERS, description="the text to label")
    classifier: Literal["network", "logistic"] = Field("network", description="what has learned the newsgroups")
    seed: int = Field(0, ge=0, le=MOST_SEED, description="another one learns differently")

    def answer(self, explorer: Explorer) -> list[answers.Document]:
        return answers.of_guesses(explorer.label(self.text, self.classifier, seed=self.seed))


class Export(Narrowed):
    """Make a file of the posts, with their places on the map where that is drawn already."""

    format: Literal["csv", "jsonl", "parquet"] = Field("csv", description="the kind of file")

    def answer(self, explorer: Explorer) -> answers.Document:
        path = export_posts(explorer, self.filters(), self.format)
        return {"path": str(path), "orig_name": path.name, "meta": {"_type": "gradio.FileData"}}


class Collections(Endpoint):
    """List what the store holds: corpora, models, dimensions, task types, how many posts; and metadata fields."""

    def ask(self, screens: Iterable[Screen]) -> list[answers.Document]:
        meant = [screen.explorer for screen in self.meant(screens)]
        ours = chain(*(explorer.manifests for explorer in meant if not explorer.is_foreign))
        return [*answers.of_manifests(ours), *(answers.of_foreign(each.foreign) for each in meant if each.foreign)]


ENDPOINTS: dict[str, type[Endpoint]] = {
    "search": Search,
    "similar": Similar,
    "cluster": Cluster,
    "explain": Explain,
    "project": Project,
    "evaluate": Evaluate,
    "classify": Classify,
    "export": Export,
    "collections": Collections,
}


def require_any(screens: Iterable[Screen]) -> list[Screen]:
    """Return what there is to explore, or say how there comes to be something."""
    found = [*screens]
    if not found:
        raise UserError(NOTHING_YET)
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


def without(name: str, document: answers.Document) -> answers.Document:
    return {key: value for key, value in document.items() if key != name}
