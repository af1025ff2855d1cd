"""Verification: every collection against its manifest and the embedding cache."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError, WrittenMeanwhileError
from ingest.progress import Advance, Progress
from ingest.store import Manifest, Record, Store, StoredCollection, fingerprint

# What float32 rounding may change of a vector of unit length.
TOLERANCE = 1e-4
N_SEARCHED = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a collection: nothing, where ``faults`` is empty."""

    collection: str
    n_posts: int
    dimensions: int
    faults: list[str]


def verify(store: Store, corpus: str | None, progress: Progress) -> list[Verdict]:
    """Check every collection of a corpus, or of all: its posts, manifest, vectors and index."""
    manifests = [manifest for manifest in store.manifests() if corpus in (None, manifest.corpus)]
    if not manifests:
        what = f"corpus {corpus}" if corpus else "collection"
        raise UserError(f"There is nothing to verify: the store {store.path} has no {what}.")
    if not store.has_cache:
        raise UserError(f"The embedding cache of {store.path} is gone: put the file embeddings.sqlite3 back.")
    verdicts = []
    for manifest in manifests:
        with progress.stage(f"verify {manifest.collection}", manifest.n_posts or None) as advance:
            verdicts.append(_verify(store, manifest, advance))
    return verdicts


def _verify(store: Store, manifest: Manifest, advance: Advance) -> Verdict:
    if manifest.collection in store.damaged():
        faults = ["its index was being written when the process ended: mend it with --rebuild"]
        return Verdict(manifest.collection, manifest.n_posts, manifest.dimensions, faults)
    n_posts = manifest.n_posts
    try:
        collection = store.collection(manifest.collection)
        records = [record for page in collection.records() for record in page]
        n_posts = len(records)
        faults = [*_faults_of_records(collection, records), *_faults_of_vectors(store, collection, records, advance)]
    except UserError as error:
        faults = [str(error)]
    return Verdict(manifest.collection, n_posts, manifest.dimensions, faults)


def _faults_of_records(collection: StoredCollection, records: list[Record]) -> Iterator[str]:
    manifest = collection.manifest
    if not manifest.complete:
        yield "its ingest was not finished: run the same ingest again"
        return
    if len(records) != manifest.n_posts:
        yield f"it holds {len(records):,} posts, and its manifest says {manifest.n_posts:,}"
    if collection.count() != len(records):
        yield f"its index counts {collection.count():,} posts instead of {len(records):,}"
    hashes = collection.content_hashes()
    if hashes.keys() != {record.post.id for record in records}:
        raise WrittenMeanwhileError(manifest.collection)
    if any(hashes[record.post.id] != record.content_hash for record in records):
        yield "the hash of a post is not that of its content"
    if fingerprint(hashes) != manifest.fingerprint:
        yield "its posts are not those that its manifest was made for"


def _faults_of_vectors(
    store: Store, collection: StoredCollection, records: list[Record], advance: Advance
) -> Iterator[str]:
    start = 0
    faults: dict[str, int] = {}
    for vectors in collection.vector_pages():
        page = records[start : start + len(vectors)]
        for fault, n_faulty in _faults_of_page(store, collection.manifest, page, vectors):
            faults[fault] = faults.get(fault, 0) + n_faulty
        start += len(vectors)
        advance(len(vectors))
    yield from (f"vectors {fault}: {n_faulty:,}" for fault, n_faulty in faults.items() if n_faulty)
    if start != len(records):
        yield f"it has {start:,} vectors for {len(records):,} posts"
    elif not any(faults.values()):
        yield from _faults_of_index(collection, records)


def _faults_of_page(
    store: Store, manifest: Manifest, records: list[Record], vectors: NDArray[np.float32]
) -> Iterator[tuple[str, int]]:
    if vectors.shape[1] != manifest.dimensions:
        yield f"of {vectors.shape[1]} dimensions instead of {manifest.dimensions}", len(vectors)
        return
    finite = np.isfinite(vectors).all(axis=1)
    yield "that are not finite", int((~finite).sum())
    norms = np.linalg.norm(vectors[finite], axis=1)
    yield "not of unit length", int((np.abs(norms - 1) > TOLERANCE).sum())
    hashes = [record.sent_hash for record in records]
    known = store.cache.known(manifest.space, hashes)
    yield "missing in the embedding cache", sum(each not in known for each in hashes)
    rows = [row for row, each in enumerate(hashes) if each in known]
    cached = store.cache.vectors(manifest.space, [hashes[row] for row in rows])
    yield (
        "that differ from the embedding cache's",
        int((np.abs(vectors[rows] - cached).max(axis=1, initial=0) > TOLERANCE).sum()),
    )


def _faults_of_index(collection: StoredCollection, records: list[Record]) -> Iterator[str]:
    """Search for some of the vectors themselves; an approximate index may miss a few, and a broken one misses most."""
    asked = records[:: max(1, len(records) // N_SEARCHED)]
    best = (collection.nearest(collection.vector(record.post.id), 1) for record in asked)
    n_found = sum(bool(found) and found[0].similarity > 1 - TOLERANCE for found in best)
    if n_found < len(asked) / 2:
        yield f"its index finds only {n_found} of {len(asked)} posts by their own vectors: mend it with --rebuild"
