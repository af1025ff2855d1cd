"""One corpus as the page sees it: which posts a view shows, and what was found; computed once, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.app.addresses import scope_of
from explorer.app.beside import Beside
from explorer.app.clusterer import Clusterer
from explorer.app.grouping import Grouping, Groupings
from explorer.app.line import Beat
from explorer.app.projecting import Projecting
from explorer.app.rights import EVERY_RIGHT, Rights
from explorer.app.scope import EVERYTHING
from explorer.app.scoping import Scoping
from explorer.app.sweeping import Sweeping
from explorer.app.trainings import Trainings
from explorer.app.view import LEAST, View
from explorer.evaluation import Evaluation
from explorer.explorer import Explorer
from explorer.filters import Filters
from explorer.newsgroup_tree import supergroup_of
from explorer.palette import colors_for
from explorer.plan import Plan
from explorer.point_map import Description
from explorer.projection import Projection
from explorer.question import Question
from explorer.search import Hit
from explorer.snippets import snippet_of
from ingest.errors import UserError
from ingest.store import ForeignManifest, Manifest

N_REMEMBERED = 64  # views, of all visitors together
N_NEIGHBORS = 8
N_DESCRIBED = 200  # at once: nobody hovers over more
MOST_CLUSTERS = 100
STAND_IN = Plan("pca")  # stands there while a slower projection is computed

Mask = NDArray[np.bool_]


def key_of(manifest: Manifest) -> str:
    """Return what addresses call a corpus as one model embedded it."""
    if isinstance(manifest, ForeignManifest):
        return manifest.collection
    return f"{manifest.corpus}.{manifest.model}.{manifest.dimensions}"


class Screen:
    """Knows no Gradio and keeps nothing of any visitor."""

    def __init__(self, explorer: Explorer, rights: Rights = EVERY_RIGHT) -> None:
        self.explorer = explorer
        self.rights = rights
        self._found = lru_cache(N_REMEMBERED)(self._found_of)
        self._similarities = lru_cache(N_REMEMBERED)(explorer.similarities)
        self._evaluated = lru_cache(N_REMEMBERED)(self._evaluation_of)
        self._misplacement: dict[Plan, NDArray[np.float32]] = {}
        self.projecting = Projecting(lambda plan, progress: explorer.project(plan, progress=progress))
        self.trainings = Trainings(explorer)
        self.sweeps = Sweeping(explorer, lambda by: self._scoping.filters_of(by))
        self.beside = Beside(self)
        self._groupings = Groupings(explorer, lambda by: self._scoping.filters_of(by))
        self._scoping = Scoping(self, self._groupings)
        self.inside = self._scoping.inside
        self._neighbors = lru_cache(N_REMEMBERED)(lambda post_id: explorer.similar(post_id, N_NEIGHBORS))

    @property
    def key(self) -> str:
        """What addresses call the corpus, in a store that may have it of several models."""
        return key_of(self.explorer.manifest)

    @property
    def title(self) -> str:
        manifest = self.explorer.manifest
        corpus = manifest.corpus if self.explorer.is_complete else f"{manifest.corpus} (unfinished)"
        return f"{corpus} · {manifest.n_posts:,} posts · {manifest.model}, {manifest.dimensions} dimensions"

    @property
    def n_posts(self) -> int:
        return len(self.explorer.posts)

    @property
    def most_clusters(self) -> int:
        return min(MOST_CLUSTERS, self.n_posts)

    @cached_property
    def subsets(self) -> list[str]:
        """The subsets of the corpus, that for training first."""
        return sorted({post.subset for post in self.explorer.posts if post.subset}, reverse=True)

    def members_of(self, supergroup: str) -> tuple[str, ...]:
        """Return the newsgroups of a super-group."""
        return tuple(name for name in self.explorer.newsgroups if supergroup_of(name) == supergroup)

    @cached_property
    def index(self) -> dict[str, int]:
        """Each post's place in the order that maps and clusterings follow."""
        return {post_id: index for index, post_id in enumerate(self.explorer.post_ids)}

    @cached_property
    def colors(self) -> dict[str, str]:
        """Each newsgroup's color."""
        names = self.explorer.newsgroups
        return dict(zip(names, colors_for(names), strict=True))

    def descriptions(self, indices: Sequence[int]) -> list[Description]:
        """Return what the map says of posts under the pointer."""
        posts = [self.explorer.posts[index] for index in indices[:N_DESCRIBED] if 0 <= index < self.n_posts]
        return [Description(title=post.subject, label=post.newsgroup, text=snippet_of(post)) for post in posts]

    def question(self, view: View) -> Question:
        """Return what the view searches by."""
        like = dict.fromkeys(view.like)
        if view.like_scope != EVERYTHING:
            like.update(dict.fromkeys(self._scoping.ids(self.inside(view.like_scope))))
        return Question(view.question.strip(), tuple(like), view.unlike)

    def hits(self, view: View) -> list[Hit]:
        """Return what the view finds, best first; nothing where it asks nothing."""
        if not view.asks:
            return []
        return self._found(self.question(view), self._scoping.filters(view), view.mode, view.n_results)

    def hit_ids(self, view: View) -> list[str]:
        """Return the ids of what the view finds; none where its search is refused, for which there are the results."""
        try:
            return [hit.post.id for hit in self.hits(view)]
        except UserError:
            return []

    def n_found(self, view: View) -> int:
        """Return how many posts answer what the view asks."""
        return self.explorer.count(self.question(view), self._scoping.filters(view), mode=view.mode) if view.asks else 0

    def similarities(self, view: View) -> NDArray[np.float32] | None:
        """Return how near each post is to what the view searches by, of shape (n_posts,)."""
        can_be_embedded = self.explorer.takes_questions or not view.question.strip()
        return self._similarities(self.question(view)) if view.asks and can_be_embedded else None

    def neighbors(self, post_id: str) -> list[Hit]:
        """Return the posts nearest to one, best first."""
        return self._neighbors(post_id)

    def shown(self, view: View) -> Mask:
        """Return which posts pass everything that narrows the view, of shape (n_posts,)."""
        mask = self.inside(view.scope)
        similarities = self.similarities(view) if view.least > LEAST else None
        return mask if similarities is None else mask & (similarities >= view.least)

    def described(self, by: Clusterer) -> Grouping:
        """Return a clustering with a description of each cluster."""
        return self._groupings.described(by)

    def write_titles(self, by: Clusterer) -> str:
        """Let titles be written for the clusters of a clustering, and return a note where not all have one."""
        self.rights.require_change()
        return self._groupings.write_titles(by)

    def is_described(self, by: Clusterer) -> bool:
        """Tell whether ``described`` would answer at once."""
        return self._groupings.is_described(by)

    def name_of(self, by: Clusterer, number: int) -> str:
        """Return a cluster's name, or nothing where there is none or it would take long to find."""
        if not (self.is_described(by) or self.explorer.is_analyzed):
            return ""
        return next((each.name for each in self.described(by).summaries if each.cluster == number), "")

    def n_clustered(self, by: Clusterer) -> int:
        """Return how many posts of the map a clustering is of."""
        return int(self.inside(scope_of(by.of)).sum())

    def evaluation(self, by: Clusterer, *, by_supergroup: bool) -> Evaluation:
        """Return how well a clustering agrees with the newsgroups, or with their super-groups."""
        return self._evaluated(by, by_supergroup)

    def drawn(self, view: View) -> Plan:
        """Return the plan of the map that is drawn: where that of the view is not there yet, another stands in."""
        return view.plan if self.explorer.has_projection(view.plan) else STAND_IN

    def projection(self, plan: Plan, beat: Beat = lambda: None) -> Projection:
        """Return a map to a program, which waits in line for one that is not there yet."""
        explorer = self.explorer
        return explorer.project(plan) if explorer.has_projection(plan) else self.projecting.wait_in_line(plan, beat)

    def awaited(self, view: View) -> list[Plan]:
        """Return the plans of the maps that the view selects posts on and that are not there yet."""
        plans = {scope.region.plan for scope in (view.scope, view.like_scope) if scope.region}
        return [plan for plan in plans if not self.explorer.has_projection(plan)]

    def misplacement(self, plan: Plan) -> NDArray[np.float32]:
        """Return how badly a map places each post, from 0 to 1, of shape (n_posts,)."""
        found = self._misplacement.get(plan)
        if found is None:
            found = self._misplacement[plan] = self.explorer.misplacement(self.explorer.project(plan))
            for old in list(self._misplacement)[:-N_REMEMBERED]:
                self._misplacement.pop(old, None)
        return found

    def is_misplacement_known(self, view: View) -> bool:
        """Tell whether ``misplacement`` of what is drawn would answer at once."""
        return self.drawn(view) in self._misplacement

    def _evaluation_of(self, by: Clusterer, by_supergroup: bool) -> Evaluation:
        return self.explorer.evaluate(self._groupings.clustering(by), by_supergroup=by_supergroup)

    def _found_of(self, question: Question, filters: Filters, mode: str, n_results: int) -> list[Hit]:
        return self.explorer.search(question, n_results, filters, mode=mode)
