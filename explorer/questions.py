"""Questions, and other typed texts, to vectors: each is embedded once, and kept in the store for the next session."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import chain, compress
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from explorer.foreign import what_to_say
from ingest.embedders import Embedder, TaskType, embed_query, embedded_as, make_embedder
from ingest.embedders.faults import RefusedError
from ingest.embedders.pace import Sending
from ingest.embedders.tokens import total_tokens, usd_of
from ingest.embedding_cache import Space, sha256_of
from ingest.errors import UserError
from ingest.store import Manifest, Store

QUERY = TaskType.RETRIEVAL_QUERY
MOST_REMEMBERED = 1_000
# Whoever asks does not wait longer than this, in seconds, for an API that fails in passing.
PATIENCE = 20.0

Vector = NDArray[np.float32]


class QuestionVectors:
    """The vectors of what was asked, in memory and in the embedding cache; only what is new is embedded.

    That takes the embedder that the posts were embedded with, as their manifest has it. The cache saves money and
    time, and no question fails for it.
    """

    def __init__(self, store: Store, find_manifest: Callable[[], Manifest], task_type: TaskType = QUERY) -> None:
        self._store = store
        self._task_type = task_type
        self._find_manifest = find_manifest
        self._remembered: OrderedDict[str, Vector] = OrderedDict()
        self._embedding: dict[str, Lock] = {}

    def remembered(self, text: str) -> Vector | None:
        """Return the vector of what was asked in this session."""
        return self._remembered.get(text)

    def of(self, text: str) -> Vector:
        """Return the vector of a text as a question, of shape (dimensions,); who asks it meanwhile waits."""
        vector = self.remembered(text)
        if vector is not None:
            return vector
        with self._embedding.setdefault(text, Lock()):
            try:
                return self._remembered_or_found(text)
            finally:
                self._embedding.pop(text, None)

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Return the texts, each once, that would have to be embedded."""
        new = [text for text in dict.fromkeys(texts) if self.remembered(text) is None]
        with suppress(UserError):
            if self._store.has_cache:
                known = self._store.cache.known(self._space, [sha256_of(self._as_sent(text)) for text in new])
                return [text for text in new if sha256_of(self._as_sent(text)) not in known]
        return new

    def usd_for(self, texts: Sequence[str]) -> float | None:
        """Return what embedding texts costs, None where the model's price is not known."""
        return usd_of(total_tokens(map(self._as_sent, texts)), self._embedder.usd_per_million_tokens)

    def embed(self, texts: Sequence[str], progress: Callable[[int], None]) -> list[str]:
        """Embed those texts that are missing, in batches, each kept at once; return those that have a vector now.

        ``progress`` is told of the size of each batch, and may raise to cancel.
        """
        text_of = {self._as_sent(text): text for text in self.missing(texts)}
        if text_of:
            with self._faults_explained():
                self._embedder.require_ready()
        embedded: set[str] = set()
        for batch in self._embedder.batches(list(text_of)):
            embedded.update(text_of[sent] for sent in self._embed_and_keep(batch, text_of))
            progress(len(batch))
        unusable = set(text_of.values()) - embedded
        return [text for text in texts if text not in unusable]

    def _embed_and_keep(self, batch: list[str], text_of: Mapping[str, str]) -> list[str]:
        """Embed a batch, as sent; return those of it that the model makes a usable embedding of."""
        try:
            vectors = self._embedder.embed(batch, self._task_type)
        except RefusedError:  # because of one text, and the others are wanted
            return [] if len(batch) == 1 else list(chain(*(self._embed_and_keep([text], text_of) for text in batch)))
        is_usable = np.atleast_1d(np.isfinite(vectors).all(axis=1))
        usable = list(compress(batch, is_usable))
        self._keep(self._space, usable, vectors[is_usable])
        for sent, vector in zip(usable, vectors[is_usable], strict=True):
            self._remember(text_of[sent], vector)
        return usable

    def _remembered_or_found(self, text: str) -> Vector:
        vector = self.remembered(text)
        if vector is None:
            vector = self._kept_or_embedded(text)
            self._remember(text, vector)
        return vector

    def _kept_or_embedded(self, text: str) -> Vector:
        embedder, space, sent = self._embedder, self._space, self._as_sent(text)
        vector = self._kept(space, sent)
        if vector is None:
            with self._faults_explained():
                embedder.require_ready()
            vector = embed_query(embedder, text, self._task_type)
            self._keep(space, [sent], vector[np.newaxis])
        return vector

    def _remember(self, text: str, vector: Vector) -> None:
        self._remembered[text] = vector
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    # Where the cache's file is gone, no empty one takes its place: that would hide the loss.

    def _kept(self, space: Space, sent: str) -> Vector | None:
        with suppress(KeyError, UserError):
            if self._store.has_cache:
                vector: Vector = self._store.cache.vectors(space, [sha256_of(sent)])[0]
                return vector
        return None

    def _keep(self, space: Space, sent: Sequence[str], vectors: NDArray[np.float32]) -> None:
        with suppress(UserError):
            if self._store.has_cache:
                self._store.cache.put(space, sent, vectors)

    def _as_sent(self, text: str) -> str:
        return self._embedder.as_sent(text, self._task_type)

    @property
    def _space(self) -> Space:
        embedder = self._embedder
        return Space(embedder.model, embedder.dimensions, embedded_as(embedder, self._task_type))

    @cached_property
    def _embedder(self) -> Embedder:
        manifest = self._find_manifest()
        if not manifest.embedder:
            raise UserError(what_to_say(manifest))
        with self._faults_explained():
            return make_embedder(manifest.embedder, manifest.model, manifest.dimensions, Sending(patience=PATIENCE))

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        try:
            yield
        except UserError as error:
            manifest = self._find_manifest()
            raise UserError(
                f"{manifest.corpus} was embedded with {manifest.model}, which must embed what it is asked too. {error}"
            ) from error
