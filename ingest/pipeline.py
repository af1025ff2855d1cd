"""The pipeline: pages of posts are written in their order while later ones are embedded."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from ingest.changes import Change, Page, pages_in_turn
from ingest.embedding import Embedding
from ingest.embedding_cache import EmbeddingCache, Space
from ingest.errors import UserError
from ingest.memory import give_memory_back
from ingest.progress import Progress
from ingest.store import Writer


class Pipeline:
    """Carries changes out with what embeds, what keeps, and what writes."""

    def __init__(self, embedding: Embedding, cache: EmbeddingCache, writer: Writer, progress: Progress) -> None:
        self._embedding = embedding
        self._cache = cache
        self._writer = writer
        self._progress = progress

    def run(self, changes: Sequence[Change]) -> UserError | None:
        """Return what stopped the embedding before its end; what is written by then is sealed like all else."""
        with ExitStack() as stages:
            pages = pages_in_turn(changes)
            self._queue(pages, stages)
            self._open(changes)
            fault = self._write_as_embedded(pages, stages)
            self._embedding.stop()
        try:
            self._seal([change.name for change in changes])
        except UserError as error:
            raise fault or error from error
        return fault

    def _seal(self, names: Sequence[str]) -> None:
        with self._progress.stage("seal"):
            self._writer.seal(names, names)

    def _queue(self, pages: Sequence[Page], stages: ExitStack) -> None:
        """Have embedded what the cache lacks."""
        missing = list(zip(pages, self._missing(pages), strict=True))
        n_texts = sum(len(texts) for _, texts in missing)
        if n_texts:
            advance = stages.enter_context(self._progress.stage("embed", n_texts))
            for page, texts in missing:
                self._embedding.queue(page.manifest.space, page.manifest.task_type, texts, advance)

    def _missing(self, pages: Sequence[Page]) -> list[list[str]]:
        """Return for each page the texts that neither the cache nor an earlier page has."""
        claimed: set[tuple[Space, str]] = set()
        missing = []
        for page in pages:
            space = page.manifest.space
            texts = [text for text in self._cache.missing(space, page.texts) if (space, text) not in claimed]
            claimed.update((space, text) for text in texts)
            missing.append(texts)
        return missing

    def _open(self, changes: Sequence[Change]) -> None:
        self._writer.open(
            [change.manifest for change in changes],
            anew=[change.name for change in changes if change.is_anew],
            n_to_come={change.name: len(change.records) for change in changes},
        )
        for change in changes:
            self._writer.begin(change.name)
            self._writer.delete(change.name, change.to_remove)

    def _write_as_embedded(self, pages: Sequence[Page], stages: ExitStack) -> UserError | None:
        advance = stages.enter_context(self._progress.stage("write", sum(len(page.records) for page in pages)))
        for page in pages:
            try:
                self._embedding.wait_for(page.manifest.space, page.texts)
            except UserError as error:
                return error
            self._write(page)
            give_memory_back()
            advance(len(page.records))
        return None

    def _write(self, page: Page) -> None:
        """Write a page but for the posts whose text was refused."""
        pairs = zip(page.records, page.texts, strict=True)
        records = [record for record, text in pairs if text not in self._embedding.refused]
        if records:
            vectors = self._cache.vectors(page.manifest.space, [record.sent_hash for record in records])
            self._writer.upsert(page.manifest.collection, records, vectors)
