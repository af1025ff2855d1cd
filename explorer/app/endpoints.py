"""Endpoints: what can be asked over HTTP and MCP, each with its parameters, their limits, and its answer."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Literal

import numpy as np
from pydantic import Field

from explorer import answers
from explorer.app.endpoint import MOST_RESULTS, Clustered, Endpoint, Limited, Narrowed
from explorer.app.exports import export_posts
from explorer.app.screen import Screen
from explorer.app.view import MOST_CHARACTERS
from explorer.explorer import Explorer
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

    def answer(self, explorer: Explorer) -> list[answers.Document]:
        filters = self.filters(min_similarity=self.min_similarity)
        return answers.of_hits(explorer.search(Question(like=tuple(self.ids)), self.n_results, filters))


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


def without(name: str, document: answers.Document) -> answers.Document:
    return {key: value for key, value in document.items() if key != name}
