"""What is open: a corpus as one model embedded it, with its posts, their metadata and their vectors."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.choosing import Choice, distinct
from explorer.columns import Columns
from explorer.filters import Filters
from explorer.holdings import Holdings
from ingest.embedders import TaskType
from ingest.posts import Post
from ingest.store import ForeignCollection, ForeignManifest, Manifest, Store


class Opened:
    """What every answer starts from, and what there is to ask about."""

    def __init__(self, store: Store, manifests: Choice) -> None:
        self._holdings = Holdings(store, manifests)

    @property
    def manifest(self) -> Manifest:
        """The manifest of one of the corpus's collections: all agree on corpus, model and dimensions."""
        return self._holdings.manifest

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """The manifests of all the corpus's collections, one for each task type."""
        return tuple(self._holdings.manifests.values())

    @property
    def foreign(self) -> ForeignCollection | None:
        """The collection where this project did not make it, otherwise None."""
        return self._holdings.foreign

    @property
    def is_foreign(self) -> bool:
        """Whether this project did not make the collection; unlike ``foreign``, it reads nothing to tell."""
        return isinstance(self.manifest, ForeignManifest)

    @property
    def takes_questions(self) -> bool:
        """Whether it is known what embeds a typed question as the posts were."""
        return bool(self.manifest.embedder)

    @property
    def is_complete(self) -> bool:
        """Whether the corpus's ingest has put in all that it was asked for."""
        return all(manifest.complete for manifest in self.manifests)

    @property
    def task_types(self) -> tuple[TaskType, ...]:
        """The task types whose vectors differ."""
        return distinct(self._holdings.manifests)

    @property
    def posts(self) -> list[Post]:
        """All posts, in the order that clusterings and projections follow."""
        return self._holdings.posts

    @cached_property
    def post_ids(self) -> list[str]:
        """The ids of ``posts``, in their order."""
        return [post.id for post in self.posts]

    def post(self, post_id: str) -> Post:
        """Return a stored post."""
        return self._holdings.post(post_id)

    @property
    def newsgroups(self) -> list[str]:
        """The newsgroups of all that is mapped or searched, by name."""
        return self._holdings.newsgroups

    @property
    def columns(self) -> Columns:
        """The metadata of ``posts``, to filter and to color by."""
        return self._holdings.columns

    def matching(self, filters: Filters) -> NDArray[np.bool_]:
        """Tell which posts pass the filters, whatever their similarity: a mask of shape (n_posts,)."""
        self._holdings.require_known(filters)
        return self._holdings.mapped.rows.passing(filters)

    def vectors(self, task_type: TaskType = TaskType.CLUSTERING) -> NDArray[np.float32]:
        """Return the stored vectors, read from Chroma once and memory-mapped from then on.

        Returns
        -------
        ndarray of shape (n_posts, dimensions), float32, rows of unit length
        """
        return self._holdings.snapshots.of(task_type).vectors
