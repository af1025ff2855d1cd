"""Endpoints: what can be asked over HTTP and MCP, each with its parameters, their limits, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Literal

from pydantic import Field

from explorer import answers
from explorer.agreement import agreement, require_labels
from explorer.app.endpoint import (
    LONGEST_NAME,
    MOST_CLUSTERS,
    MOST_RESULTS,
    NUMBER_OF_CLUSTERS,
    Clustered,
    Endpoint,
    Limited,
    Narrowed,
)
from explorer.app.exports import export_posts
from explorer.app.screen import Screen
from explorer.app.view import MOST_CHARACTERS
from explorer.clustering import Clustering
from explorer.explorer import Explorer
from explorer.extracting import Extract
from explorer.picking import picked
from explorer.plan import MOST_SEED, Plan
from explorer.question import Question

MOST_NAMED = 10_000  # posts, by their ids


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
    unlike: list[str] = Field([], max_length=MOST_RESULTS, description="ids of posts to find less like")

    def answer(self, explorer: Explorer) -> list[answers.Document]:
        question = Question(like=tuple(self.ids), unlike=tuple(self.unlike))
        filters = self.filters(min_similarity=self.min_similarity)
        return answers.of_hits(explorer.search(question, self.n_results, filters))


class Show(Endpoint):
    """Return a post, whole."""

    id: str = Field(max_length=LONGEST_NAME, description="the post's id, as `search` gives it")

    def answer(self, explorer: Explorer) -> answers.Document:
        return answers.of_post(explorer.post(self.id))


class Cluster(Narrowed, Clustered):
    """Group the posts, and tell each cluster's size, majority newsgroup, telling terms and typical posts."""

    with_labels: bool = Field(False, description="also each post's cluster, by its id, which is long")

    def answer(self, explorer: Explorer) -> answers.Document:
        self.require_taken(self.method)
        found = self.clustering(explorer, self.filters())
        document = answers.of_clustering(found, explorer.describe(found))
        return document if self.with_labels else without("labels", document)


class Evaluate(Clustered):
    """Tell how well clusters agree with the newsgroups and with others, and how the stored task types compare."""

    against_k: int = Field(0, ge=0, le=MOST_CLUSTERS, description="set so many clusters beside these; 0: as many")
    against_method: Literal["", "kmeans", "hdbscan", "dbscan"] = Field("", description="... or those of another method")
    against_model: str = Field("", max_length=LONGEST_NAME, description="... or those of another model's embeddings")

    def answer(self, explorer: Explorer) -> answers.Document:
        self.require_taken(*dict.fromkeys((self.method, self.against_method or self.method)))
        if not self._is_beside:
            require_labels(explorer)
        other = self._other_clustering(explorer) if self._is_beside else None
        return agreement(explorer, self.clustering(explorer), self.k, other)

    @property
    def _is_beside(self) -> bool:
        return bool(self.against_k or self.against_method or self.against_model)

    def _other_clustering(self, explorer: Explorer) -> Clustering:
        asked = {"k": self.against_k or self.k, "method": self.against_method or self.method}
        beside = explorer.beside(self.against_model) if self.against_model else explorer
        return self.model_copy(update=asked).clustering(beside)


class Explain(Narrowed):
    """Tell what sets some posts apart from all: newsgroups, telling terms, typical and unusual posts."""

    ids: list[str] = Field([], max_length=MOST_NAMED, description="only posts with these ids; empty: all that pass")

    def answer(self, explorer: Explorer) -> answers.Document:
        rows = picked(explorer, self.ids, self.filters())
        return answers.of_explanation(explorer.explain(rows), explorer.posts)


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
    """Learn the newsgroups, and tell how well they are recognized, or which a text could be of, likeliest first."""

    text: str = Field(
        "", max_length=MOST_CHARACTERS, description="the text to label; empty: how well newsgroups are recognized"
    )
    classifier: Literal["network", "logistic"] = Field("network", description="what has learned the newsgroups")
    seed: int = Field(0, ge=0, le=MOST_SEED, description="another one learns differently")

    def answer(self, explorer: Explorer) -> answers.Document | list[answers.Document]:
        if self.text:
            return answers.of_guesses(explorer.label(self.text, self.classifier, seed=self.seed))
        found = explorer.classify(self.classifier, seed=self.seed)
        return answers.of_classification(found, explorer.classified_ids)


class Export(Clustered, Narrowed):
    """Make a file of the posts, with their clusters, and their places on the map where that is drawn already."""

    k: int | None = Field(None, ge=0, le=MOST_CLUSTERS, description=f"{NUMBER_OF_CLUSTERS}; 0: no clusters at all")
    question: str = Field("", max_length=MOST_CHARACTERS, description="add how similar each post is to it; empty: none")
    format: Literal["csv", "jsonl", "parquet"] = Field("csv", description="the kind of file")

    def answer(self, explorer: Explorer) -> answers.Document:
        path = export_posts(explorer, self._extract(explorer), self.format)
        return {"path": str(path), "orig_name": path.name, "meta": {"_type": "gradio.FileData"}}

    def _extract(self, explorer: Explorer) -> Extract:
        projection = explorer.project() if explorer.has_projection("umap") else None
        clustering = None if self.k == 0 else self.clustering(explorer)
        return Extract(projection, clustering, self.question, self.filters())


class Collections(Endpoint):
    """List what the store holds: corpora, models, dimensions, task types, how many posts; and metadata fields."""

    def ask(self, screens: Mapping[str, Screen]) -> list[answers.Document]:
        meant = [screen.explorer for screen in self.meant(screens.values())]
        ours = chain(*(explorer.manifests for explorer in meant if not explorer.is_foreign))
        return [*answers.of_manifests(ours), *(answers.of_foreign(each.foreign) for each in meant if each.foreign)]


ENDPOINTS: dict[str, type[Endpoint]] = {
    "search": Search,
    "similar": Similar,
    "show": Show,
    "cluster": Cluster,
    "explain": Explain,
    "project": Project,
    "evaluate": Evaluate,
    "classify": Classify,
    "export": Export,
    "collections": Collections,
}


def without(name: str, document: answers.Document) -> answers.Document:
    return {key: value for key, value in document.items() if key != name}
