"""The ingest under an API's limits: what they permit in each tier, and how much of that is used."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path

from benchmarks.ingest_rows import LATENCY, N_POSTS, Row, ingest_into
from benchmarks.stand_in import stand_in
from ingest.embedders import TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import Limits, Sending
from ingest.embedders.tiers import TIERS
from ingest.embedders.tokens import total_tokens
from ingest.order import Order
from ingest.posts import Corpus
from ingest.progress import Advance, ignore
from tests.gemini_server import API_KEY

# A minute of the limits is shortened to so many seconds.
MINUTE = 10.0
N_MINUTES = 3
# So few that there are still some to send when those minutes are over.
TEXTS_A_MINUTE = N_POSTS // (N_MINUTES + 1)
PAID = ("1", "2", "3")
CLUSTERING = Order(task_types=(TaskType.CLUSTERING,))


def permitted(corpus: Corpus, loop: float) -> list[Row]:
    """Work out, and do not measure, what the limits of the paid tiers allow of texts as long as these, in the mean.

    ``loop`` is what the tutorials' loop embeds in a second.
    """
    tokens_a_text = total_tokens(post.text for post in corpus.posts) / len(corpus.posts)
    return [_permitted(tier, tokens_a_text, loop) for tier in PAID]


def _permitted(tier: str, tokens_a_text: float, loop: float) -> Row:
    texts, tokens = TIERS[tier].texts_per_minute or inf, TIERS[tier].tokens_per_minute or inf
    a_second = min(texts, tokens / tokens_a_text) / 60
    limits = f"computed: {texts:,} texts, {tokens:,} tokens a minute"
    return Row(f"tier {tier} allows, {limits}", f"{a_second:,.0f} texts/s", f"{a_second / loop:,.0f}", "")


def within_limits(corpus: Corpus, folder: Path) -> list[Row]:
    """Compare what is embedded with what is permitted: the limit, once for each minute since the first embedding."""
    limits = ("--rpm", TEXTS_A_MINUTE, "--window", MINUTE)
    arrivals = Arrivals()
    with stand_in(folder / "log", "--latency", LATENCY, *limits) as api:
        sending = Sending(Limits(texts_per_minute=TEXTS_A_MINUTE), minute=MINUTE)
        embedder = GeminiEmbedder(api_key=API_KEY, base_url=api.url, sending=sending)
        ingest_into(folder / "limited", corpus, embedder, CLUSTERING, arrivals)
        n_refused = api.counts()["n_refused_for_quota"]
    n_embedded, n_permitted = arrivals.n_within(N_MINUTES * MINUTE), TEXTS_A_MINUTE * N_MINUTES
    return [
        Row(
            f"within {TEXTS_A_MINUTE:,} texts in {MINUTE:g} s, measured",
            f"{n_embedded:,} texts in {N_MINUTES * MINUTE:g} s",
            f"{n_embedded / n_permitted:.3f}",
            "at least 0.95",
        ),
        Row("requests refused of that", f"{n_refused:,}", "", "0"),
    ]


class Arrivals:
    """Listens to the ingest's progress, and notes when embeddings arrived and how many."""

    def __init__(self) -> None:
        self._moments: list[tuple[float, int]] = []

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        yield self._note if name == "embed" else ignore

    def n_within(self, seconds: float) -> int:
        """Return how many arrived in so many seconds since the first did."""
        first = min(moment for moment, _ in self._moments)
        return sum(n_texts for moment, n_texts in self._moments if moment < first + seconds)

    def _note(self, n_done: int, standing: str = "") -> None:
        self._moments.append((time.perf_counter(), n_done))
