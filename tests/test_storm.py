"""A storm: an ingest over an API that fails in every way ends like one over an API that never does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.corpora import read_corpus
from ingest.embedders import gemini
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import Limits, Sending
from ingest.embedding_queue import HARMLESS
from ingest.job import Summary, ingest
from ingest.order import Order
from ingest.progress import Silent
from ingest.store import Store
from ingest.verification import verify
from tests.gemini_server import API_KEY, GeminiServer, Storm
from tests.sending import Clock

# Batches of ten texts make many requests, and so short a minute holds nobody back.
SENDING = Sending(Limits(texts_per_minute=250), minute=0.01, patience=100_000)

Collections = dict[str, tuple[list[str], NDArray[np.float32]]]


def ingest_sample(server: GeminiServer, path: Path) -> Summary:
    embedder = GeminiEmbedder(dimensions=128, sending=SENDING, api_key=API_KEY, base_url=server.url)
    with server, Store(path, create=True) as store:
        return ingest(read_corpus("sample"), Order(), embedder, store, Silent())


def collections_of(path: Path) -> Collections:
    with Store(path) as store:
        assert not any(verdict.faults for verdict in verify(store, None, Silent()))
        opened = [store.collection(manifest.collection) for manifest in store.manifests()]
        return {one.manifest.collection: ([post.id for post in one.posts()], one.vectors()) for one in opened}


@pytest.mark.parametrize("seed", [0, 1])
def test_it_leaves_no_trace_and_costs_only_what_it_took(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, tmp_path: Path, seed: int
) -> None:
    monkeypatch.setattr(gemini, "TIMEOUT_MILLISECONDS", 500)
    calm, storm = GeminiServer(), GeminiServer(storm=Storm(0.3, seed))

    summaries = [ingest_sample(server, tmp_path / name) for name, server in (("calm", calm), ("storm", storm))]

    expected, weathered = (collections_of(tmp_path / name) for name in ("calm", "storm"))
    assert replace(summaries[1], n_tokens=summaries[0].n_tokens, usd=summaries[0].usd) == summaries[0]
    assert summaries[1].n_tokens >= summaries[0].n_tokens
    assert list(weathered) == list(expected)
    for name, (ids, vectors) in expected.items():
        assert weathered[name][0] == ids
        np.testing.assert_array_equal(weathered[name][1], vectors)
    assert storm.n_requests > calm.n_requests + 15
    assert all(storm.n_embedded[text] - storm.n_lost[text] == 1 for text in calm.n_embedded)
    # Where a batch is spoiled again and again, it is asked whether the API embeds at all.
    assert set(storm.texts) - {HARMLESS} == set(calm.texts)
