"""Holdings: what a store has of one corpus as one model embedded it, each part read or made when it is first needed."""

from __future__ import annotations

from functools import cached_property

from explorer.analysis import Analysis
from explorer.choosing import Choice
from explorer.classifiers import Classifiers
from explorer.columns import Columns
from explorer.derived import DerivedResults
from explorer.filters import Filters
from explorer.kept_titles import KeptTitles
from explorer.maps import Maps
from explorer.questions import QuestionVectors
from explorer.snapshot import Snapshot, Snapshots
from ingest.embedders import TaskType
from ingest.embedders.normalizing import encodable
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store import ForeignCollection, Manifest, Store


class Holdings:
    """What every answer starts from."""

    def __init__(self, store: Store, manifests: Choice) -> None:
        self.store = store
        self.manifests = manifests
        self.derived = DerivedResults(store.derived)
        self.titles = KeptTitles(store.titles)
        self.snapshots = Snapshots(store, manifests, self.derived)
        self.questions = QuestionVectors(store, self.answering_manifest)

    @property
    def manifest(self) -> Manifest:
        """The manifest of one of the collections: all agree on corpus, model and dimensions."""
        return self.snapshots.manifest

    @property
    def foreign(self) -> ForeignCollection | None:
        """The collection where this project did not make it, otherwise None."""
        return self.snapshots.foreign

    @property
    def searched(self) -> Snapshot:
        """What is searched: without vectors made for that, any can be searched for posts like others."""
        return self.snapshots.best_for(TaskType.RETRIEVAL_DOCUMENT)

    @property
    def mapped(self) -> Snapshot:
        """What clusterings and projections follow."""
        return self.snapshots.best_for(TaskType.CLUSTERING)

    @cached_property
    def analysis(self) -> Analysis:
        return Analysis(self.mapped, self.derived)

    @cached_property
    def maps(self) -> Maps:
        return Maps(self.snapshots.of(TaskType.CLUSTERING), self.derived)

    @cached_property
    def classifiers(self) -> Classifiers:
        snapshot = self.snapshots.best_for(TaskType.CLASSIFICATION)
        manifest = snapshot.collection.manifest
        return Classifiers(snapshot, QuestionVectors(self.store, lambda: manifest, manifest.task_type), self.derived)

    def answering_manifest(self) -> Manifest:
        """Return the manifest of the vectors that a question's are compared with.

        A model without task types makes vectors that answer questions whatever they were made for.
        """
        searched = self.searched.collection.manifest
        if not searched.embedded_as:
            return searched
        return self.snapshots.of(TaskType.RETRIEVAL_DOCUMENT).collection.manifest

    @property
    def posts(self) -> list[Post]:
        return self.mapped.rows.posts

    @property
    def columns(self) -> Columns:
        """The metadata of ``posts``."""
        return self.mapped.rows.columns

    @cached_property
    def newsgroups(self) -> list[str]:
        """The newsgroups of all that is mapped or searched, by name."""
        return sorted({post.newsgroup for stored in (self.mapped, self.searched) for post in stored.rows.posts})

    def post(self, post_id: str) -> Post:
        can_be_stored = encodable(post_id) == post_id
        for task_type in self.manifests if can_be_stored else ():
            if post := self.snapshots.of(task_type).post(post_id):
                return post
        raise UserError(f"{self.manifest.corpus} has no post {post_id!r}: ids look like {self.posts[0].id!r}.")

    def require_known(self, filters: Filters) -> None:
        """Refuse a newsgroup or a field that the corpus does not have, rather than find nothing in it."""
        for text in filters.where:
            self.columns.split(text)
        for newsgroup in filters.newsgroups:
            if newsgroup not in self.newsgroups:
                raise UserError(f"No newsgroup is called {newsgroup!r}: there are {', '.join(self.newsgroups)}.")
