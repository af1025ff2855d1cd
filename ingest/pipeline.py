"""The pipeline: pages of posts are written in their order while later ones are embedded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from ingest.changes import Change, Page, pages_in_turn
from ingest.embedding_cache import EmbeddingCache, Key
from ingest.embedding_queue import EmbeddingQueue
from ingest.errors import UserError
from ingest.memory import give_memory_back
from ingest.progress import Advance, Progress
from ingest.store import Opening, Writer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What carrying changes out came to: posts written and removed, by collection, and what stopped it, if anything."""

    n_written: Mapping[str, int] = field(default_factory=dict)
    n_removed: Mapping[str, int] = field(default_factory=dict)
    fault: UserError | None = None


class Pipeline:
    """Carries changes out with what embeds, what keeps, and what writes."""

    def __init__(self, queue: EmbeddingQueue, cache: EmbeddingCache, writer: Writer, progress: Progress) -> None:
        self._queue = queue
        self._cache = cache
        self._writer = writer
        self._progress = progress
        self._n_handled: Counter[str] = Counter()
        self._n_written: Counter[str] = Counter()
        self._n_removed: Counter[str] = Counter()

    def run(self, changes: Sequence[Change]) -> Outcome:
        """Carry changes out, as far as texts can be embedded; what is written by then is sealed like all else."""
        fault = None
        try:
            with ExitStack() as stages:
                pages = pages_in_turn(changes)
                # The API works while the collections are opened.
                self._queue_missing(pages, stages)
                self._open(changes)
                fault = self._write_as_embedded(pages, stages)
            self._finish(changes)
        except UserError as error:
            fault = fault or error
        return Outcome(self._n_written, self._n_removed, fault)

    def _queue_missing(self, pages: Sequence[Page], stages: ExitStack) -> None:
        """Have embedded what the cache lacks."""
        claimed: set[Key] = set()
        missing = [(page, self._cache.unclaimed(page.manifest.space, page.texts, claimed)) for page in pages]
        if claimed:
            advance = stages.enter_context(self._progress.stage("embed", len(claimed)))
            for page, texts in missing:
                self._queue.add(page.manifest.space, page.manifest.task_type, texts, advance)

    def _open(self, changes: Sequence[Change]) -> None:
        self._writer.open([Opening(change.manifest, change.is_anew, len(change.additions)) for change in changes])
        for change in changes:
            self._writer.begin(change.name)

    def _write_as_embedded(self, pages: Sequence[Page], stages: ExitStack) -> UserError | None:
        """Write page after page, until all are written or the embedding stops, and return what stopped it."""
        advance = stages.enter_context(self._progress.stage("write", sum(len(page.additions) for page in pages)))
        for number, page in enumerate(pages):
            try:
                self._queue.wait_for(page.manifest.space, page.texts)
            except UserError as fault:
                self._queue.stop()
                with suppress(UserError):  # the first fault says more
                    self._write_what_is_embedded(pages[number:], advance)
                return fault
            self._write(page, advance)
        return None

    def _write_what_is_embedded(self, pages: Sequence[Page], advance: Advance) -> None:
        """Write the posts of pages of which nothing more is going to be embedded."""
        for page in pages:
            known = self._cache.known(page.manifest.space, [each.record.sent_hash for each in page.additions])
            additions = [each for each in page.additions if each.record.sent_hash in known]
            if additions:
                self._write(Page(page.manifest, additions), advance)

    def _write(self, page: Page, advance: Advance) -> None:
        """Write a page but for the posts whose text is refused; what is stored of those is of another text."""
        space, name = page.manifest.space, page.manifest.collection
        refused = self._cache.refusals(space, [each.record.sent_hash for each in page.additions])
        records = [each.record for each in page.additions if each.record.sent_hash not in refused]
        if refused:
            left_out = (each.record for each in page.additions if each.record.sent_hash in refused)
            self._writer.delete(name, [record.post.id for record in left_out])
        if records:
            vectors = self._cache.vectors(space, [record.sent_hash for record in records])
            self._writer.upsert(name, records, vectors)
        self._n_written[name] += len(records)
        self._n_handled[name] += len(page.additions)
        advance(len(page.additions))
        give_memory_back()

    def _finish(self, changes: Sequence[Change]) -> None:
        """Remove what is to go, seal all collections, and call those complete that nothing is missing from."""
        complete = self._complete(changes)
        for change in complete:
            self._writer.delete(change.name, change.removals)
            self._n_removed[change.name] = len(change.removals)
        n_posts = {change.name: change.n_kept + self._n_written[change.name] for change in complete}
        for change in changes:
            if change.is_anew and change not in complete:
                # Its draft is given up.
                del self._n_written[change.name]
        with self._progress.stage("seal"):
            self._writer.seal([change.name for change in changes], n_posts)

    def _complete(self, changes: Sequence[Change]) -> list[Change]:
        """Return the changes that are carried out; drafts take the old ones' place together or not at all."""
        lacking = [change for change in changes if self._n_handled[change.name] < len(change.additions)]
        is_any_draft_lacking = any(change.is_anew for change in lacking)
        return [each for each in changes if not (each in lacking or (each.is_anew and is_any_draft_lacking))]
