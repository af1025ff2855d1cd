"""Explorer: the methods that every door calls, on one corpus embedded by one model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self, Unpack

import numpy as np
from numpy.typing import NDArray

from explorer.choosing import choose
from explorer.classifying import Classifying
from explorer.clustering import Clustering
from explorer.exporting import require_writer, write, write_vectors
from explorer.extracting import ALL_POSTS, Extract
from explorer.finding import Finding
from explorer.foreign import choice_of
from explorer.founding import Founding
from explorer.frames import Rows
from explorer.grouping import Grouping
from explorer.mapping import Mapping
from explorer.plan import Plan, as_plan
from explorer.question import Question
from explorer.selection import Explanation
from explorer.surroundings import DEFAULTS
from explorer.suspects import Suspect
from ingest.embedders import TaskType
from ingest.store import Reading, ServerOptions, Store, mirrored

if TYPE_CHECKING:
    from pandas import DataFrame

    from explorer.picture import Picture


class Explorer(Finding, Grouping, Mapping, Classifying):
    """Answers questions about a corpus from its stored embeddings.

    Open one with ``Explorer.open`` and close it, or use it in a ``with`` block: it holds its store's lock.
    """

    @classmethod
    def open(
        cls,
        store: str | Path = "chroma_data",
        *,
        corpus: str | None = None,
        model: str | None = None,
        collection: str | Reading | None = None,
        **server: Unpack[ServerOptions],
    ) -> Self:
        """Open a corpus of a store; corpus and model may be left out where there is only one.

        ``collection`` is one that this project did not make, by its name or with what else is to be said of it. The
        store may also be a folder that Chroma's own client wrote: its files are copied, and stay as they are. Where
        the collections are on a Chroma server or in Chroma Cloud, ``chroma_url`` says so, see ``Store``.

        Raises
        ------
        UserError
            Where there is no store, no such corpus, a choice to make, or another process holds the store.
        """
        path = Path(store) if server.get("chroma_url") else mirrored(Path(store))
        reading = Reading(collection) if isinstance(collection, str) else collection
        return cls.of(Store(path, **server), corpus, model, reading)

    @classmethod
    def of(
        cls, store: Store, corpus: str | None = None, model: str | None = None, reading: Reading | None = None
    ) -> Self:
        """Explore a corpus of a store that is open, or what is to be read; to close the explorer closes the store."""
        try:
            return cls(store, choice_of(store, corpus, model, reading))
        except BaseException:
            store.close()
            raise

    @classmethod
    def from_frame(
        cls,
        frame: DataFrame,
        *,
        store: str | Path = "chroma_data",
        corpus: str = "table",
        embedder: str = "auto",
        max_usd: float | None = None,
        **columns: str,
    ) -> Self:
        """Store a table's posts, embedding only what is new, and open them; the corpus is then what the table holds.

        ``text="body", label="team"`` names the columns, and ``id``, ``subject`` and ``subset`` likewise; those that
        are not named are found by what they are called. It embeds as ``python -m ingest`` does: with Gemini where
        there is a key, else offline. What was embedded before, even by a run that was interrupted, is not again.
        """
        model = Founding(Path(store), corpus, embedder, max_usd).found(frame, **columns)
        return cls.open(store, corpus=corpus, model=model)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        manifest = self.manifest
        return f"<{manifest.corpus}: {manifest.n_posts:,} posts, {manifest.model}, {manifest.dimensions} dimensions>"

    def close(self) -> None:
        self._holdings.store.close()

    def to_frame(self, extract: Extract = ALL_POSTS) -> DataFrame:
        """Return the posts as a table: id, newsgroup, subset, subject, text, and whatever an ``Extract`` asks for.

        The metadata of a collection that this project did not make is in columns such as ``field:topic``.
        """
        return extract.table(self)

    def export(self, path: str | Path, extract: Extract = ALL_POSTS) -> int:
        """Write what ``to_frame`` returns to a .csv, .jsonl or .parquet file; return the number of posts."""
        require_writer(Path(path))
        table = self.to_frame(extract)
        write(table, Path(path))
        return len(table)

    def export_vectors(self, path: str | Path, task_type: TaskType = TaskType.CLUSTERING) -> int:
        """Write vectors with the ids of their posts to a .npz or .parquet file; return how many."""
        snapshot = self._holdings.snapshots.of(task_type)
        write_vectors([post.id for post in snapshot.rows.posts], snapshot.vectors, Path(path))
        return len(snapshot.vectors)

    def beside(self, model: str) -> Self:
        """Return an explorer of the corpus as another model embedded it, open as long as this one is."""
        store = self._holdings.store
        return type(self)(store, choose(store.manifests(), self.manifest.corpus, model))

    def explain(self, rows: NDArray[np.intp]) -> Explanation:
        """Explain what sets some posts apart from all, by their indices in ``posts``."""
        return self._holdings.analysis.explain(rows)

    @property
    def is_analyzed(self) -> bool:
        """Whether ``explain`` and ``suspects`` would answer at once."""
        return self._holdings.analysis.is_ready

    @property
    def suspects(self) -> Rows[Suspect]:
        """Posts that deserve a second look: probably mislabeled, near-duplicates, outliers; worst first."""
        return self._holdings.analysis.suspects

    def locate(self, question: str | Question, method: str | Plan = "umap") -> tuple[float, float]:
        """Return where a question lands on a map: as the projection itself places it, or else among its neighbors.

        A model with task types puts questions and what is mapped into spaces of their own; then neighbors, who
        are found across the two, say it for every projection.
        """
        return self._place_on(self.project(method), question)

    def show(
        self,
        method: str | Plan = "umap",
        color: str = "newsgroup",
        *,
        clustering: Clustering | int | None = None,
        question: str = "",
        is_dark: bool = False,
    ) -> Picture:
        """Return a map that a notebook shows, to zoom and search in, and that can be saved as HTML, PNG or SVG.

        Colors are those of newsgroup, cluster (of a clustering, or of so many clusters), subset, suspect,
        similarity (to a question) and placement, and ``field:NAME`` those of a metadata field.
        """
        from explorer.painting import Subject, require_painter
        from explorer.picture import make_picture

        paint, plan = require_painter(color, self.columns), as_plan(method, 0, DEFAULTS)
        subject = Subject(self, self.project(plan), clustering, question)
        return make_picture(self, plan, paint(subject), is_dark=is_dark)
