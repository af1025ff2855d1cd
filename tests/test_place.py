"""Quotas: what is written, read and stored at once keeps to what a place takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import UserError
from ingest.progress import Silent
from ingest.store import Opening, Quotas, Store
from ingest.store.connection import NEVER
from ingest.store.drafts import draft_of
from ingest.store.paging import in_turn
from ingest.store.quotas import NUMBER_BYTES, RECORD_BYTES
from ingest.store.server import OF_A_SERVER
from tests.stores import MANIFEST, Site, make_post, many_posts, records_of

# In JSON, the text and the subject of such a record are 7 and 7 bytes long.
RECORDS = records_of([make_post(number, text="orbit") for number in range(5)])
SIZE = 7 + 7 + RECORD_BYTES + 2 * NUMBER_BYTES


@pytest.mark.parametrize(
    ("quotas", "batches"),
    [
        (Quotas(), [(0, 5)]),
        (Quotas(records_written=2), [(0, 2), (2, 4), (4, 5)]),
        (Quotas(request_bytes=2 * SIZE), [(0, 2), (2, 4), (4, 5)]),
        (Quotas(request_bytes=3 * SIZE - 1), [(0, 2), (2, 4), (4, 5)]),
        (Quotas(request_bytes=1), [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]),
    ],
    ids=["no quota", "records", "bytes", "nearly three", "less than one"],
)
def test_records_are_written_in_batches_that_a_place_takes(quotas: Quotas, batches: list[tuple[int, int]]) -> None:
    assert [(rows.start, rows.stop) for rows in quotas.batches(RECORDS, 2)] == batches


def test_nothing_is_written_in_no_batch() -> None:
    assert list(Quotas().batches([], 2)) == []


@pytest.mark.parametrize(("dimensions", "n_records"), [(2, 2_000), (1_000, 1_000), (3_072, 325), (2_000_000, 1)])
def test_the_more_dimensions_the_fewer_vectors_are_read_at_once(dimensions: int, n_records: int) -> None:
    assert OF_A_SERVER.vectors_read(dimensions) == n_records


@pytest.mark.parametrize("quotas", [Quotas(), OF_A_SERVER])
def test_chroma_takes_names_of_512_characters_but_for_what_a_draft_needs(quotas: Quotas) -> None:
    rest = len(replace(MANIFEST, model="").collection)
    quotas.require_room(replace(MANIFEST, model="m" * (506 - rest)))
    with pytest.raises(UserError, match=r"its name has 507 characters instead of at most 506: give a shorter --corpus"):
        quotas.require_room(replace(MANIFEST, model="m" * (507 - rest)))


def test_a_draft_with_the_longest_name_that_is_taken_is_made(site: Site) -> None:
    longest = replace(MANIFEST, model="m" * (506 - len(replace(MANIFEST, model="").collection)))
    with site.connected() as connection:
        connection.create(longest, NEVER, draft=True)
        assert len(draft_of(longest.collection)) == 512
    assert site.names_in_chroma() == [draft_of(longest.collection)]


@pytest.mark.parametrize("n_at_once", [1, 3])
def test_pages_come_in_their_order(n_at_once: int) -> None:
    assert list(in_turn(lambda offset: offset * 10, range(7), n_at_once)) == [0, 10, 20, 30, 40, 50, 60]


def test_what_is_too_much_for_one_request_to_a_server_is_written_and_read(path: Path, chroma_url: str) -> None:
    # As Chroma sends them, in base64, these vectors take 46 MiB, and a request has 40.
    manifest, n_posts = replace(MANIFEST, dimensions=50_000), 180
    vectors = np.random.default_rng(0).random((n_posts, 50_000), np.float32)
    with Store(path, chroma_url=chroma_url) as store, store.writing(Silent()) as writer:
        writer.open([Opening(manifest)])
        writer.upsert(manifest.collection, records_of(many_posts(n_posts)), vectors)
        writer.seal([manifest.collection], {manifest.collection: n_posts})
        np.testing.assert_allclose(store.collection(manifest.collection).vectors(), vectors, atol=1e-6)
