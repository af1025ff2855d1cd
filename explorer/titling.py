"""Titling: clusters get titles that Gemini writes from their terms and typical posts, where somebody asks for that."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from explorer.frames import Rows, Tabular
from explorer.kept_titles import KeptTitles, Title
from explorer.labeling import ClusterSummary
from explorer.lines import on_one_line
from explorer.own_words import own_words
from ingest.embedders.faults import PassingError, RefusedError
from ingest.embedders.gemini_key import find_key
from ingest.embedders.gemini_titles import DEFAULT_MODEL, INSTRUCTIONS, MOST_GROUPS, GeminiTitles, Sample
from ingest.embedding_cache import sha256_of
from ingest.posts import Post

if TYPE_CHECKING:
    from pandas import DataFrame

TITLE_CHARACTERS = 60
SAMPLE_CHARACTERS = 200  # of a post
SUBJECT_CHARACTERS = 100

FindPost = Callable[[str], Post]


@dataclass(frozen=True, slots=True)
class Titled(Tabular):
    """Clusters with their titles; ``note`` says of how many the terms stand instead, and why, or nothing."""

    summaries: list[ClusterSummary]
    note: str

    def to_frame(self) -> DataFrame:
        """Return the summary of each cluster."""
        return Rows(self.summaries, ClusterSummary).to_frame()


def can_title() -> bool:
    """Tell whether there is a key that titles could be paid with."""
    return find_key(os.environ) is not None


class Titling:
    """Puts titles to the summaries of clusters: those that are kept, and if asked, those that are not written yet."""

    def __init__(self, kept: KeptTitles, find_post: FindPost) -> None:
        self._kept = kept
        self._find_post = find_post

    def with_kept(self, summaries: Sequence[ClusterSummary], model: str = DEFAULT_MODEL) -> list[ClusterSummary]:
        """Put the titles that were written before: those of a model, or of another where it has written none."""
        titles = self._kept.known()
        if not titles:
            return list(summaries)
        models = (model, *sorted({title.model for title in titles.values()}))
        return [replace(each, title=_title_of(self._sample(each), models, titles)) for each in summaries]

    def write(self, summaries: Sequence[ClusterSummary], model: str) -> Titled:
        """Put titles to all clusters, of which those that have none of the model's are written now.

        Raises
        ------
        UserError
            Where no title could be written before that is mended, such as a missing key.
        """
        writer = GeminiTitles(model)
        writer.require_ready()
        titles = self._kept.read()
        missing = [each for each in summaries if _key(self._sample(each), writer.model) not in titles]
        why = self._write(writer, missing)
        titled = self.with_kept(summaries, writer.model)
        return Titled(titled, _note(sum(not each.title for each in titled), len(titled), why))

    def _write(self, writer: GeminiTitles, summaries: Sequence[ClusterSummary]) -> str:
        """Write and keep titles, and return why not all could be written."""
        remaining = iter(summaries)
        try:
            while batch := list(islice(remaining, MOST_GROUPS)):
                samples = {each.cluster: self._sample(each) for each in batch}
                written = writer.write(samples)
                titles = {_key(samples[number], writer.model): cleaned(title) for number, title in written.items()}
                self._kept.keep({key: Title(text, writer.model) for key, text in titles.items() if text})
        except (PassingError, RefusedError) as fault:
            return str(fault)
        return ""

    def _sample(self, summary: ClusterSummary) -> Sample:
        return Sample(summary.terms, tuple(sampled(self._find_post(post_id)) for post_id in summary.typical))


def _key(sample: Sample, model: str) -> str:
    """Return what a title is found by: all that is told of the cluster, how a title is asked for, and whom."""
    return sha256_of(json.dumps([INSTRUCTIONS, model, asdict(sample)]))


def _title_of(sample: Sample, models: Sequence[str], titles: Mapping[str, Title]) -> str:
    """Return the title that the first of some models has written, or nothing."""
    keys = (_key(sample, model) for model in models)
    return next((titles[key].text for key in keys if key in titles), "")


def sampled(post: Post) -> str:
    """Return a post's subject and the beginning of what it says itself, on one line."""
    words = own_words(post.text, post.subject)
    return f"{on_one_line(post.subject, SUBJECT_CHARACTERS)}: {on_one_line(words, SAMPLE_CHARACTERS)}"


def cleaned(title: str) -> str:
    """Return a title as one line of at most 60 characters, without what could turn or hide what stands beside it."""
    visible = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in title)
    return on_one_line(visible, TITLE_CHARACTERS)


def _note(n_untitled: int, n_clusters: int, why: str) -> str:
    if not n_untitled:
        return ""
    which = "No cluster has a title" if n_untitled == n_clusters else f"{n_untitled:,} of {n_clusters:,} have no title"
    return f"{which}, and their terms stand instead. {why}".strip()
