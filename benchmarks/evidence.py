"""Evidence: posts whose texts and vectors are known, and what of them a collection has lost, doubled or mixed up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ingest.store import StoredCollection
from tests.gemini_server import embedding_of

ROUNDING = 1e-5


def write_posts(path: Path, numbers: Sequence[int], salt: int) -> dict[str, str]:
    """Write posts that differ from each other and from those of another salt; return their texts by id."""
    posts = [
        {"id": str(number), "newsgroup": f"group{number % 5}", "subject": f"subject {number}", "text": text}
        for number in numbers
        for text in [" ".join(["round", str(salt), "has post", str(number), "on", f"orbit{number % 7}"] * 5)]
    ]
    path.write_text("".join(f"{json.dumps(post)}\n" for post in posts), encoding="utf-8")
    return {f"{post['newsgroup']}/{post['id']}": post["text"] for post in posts}


def faults_of(collection: StoredCollection, expected: Mapping[str, str]) -> list[str]:
    """Say what is lost, there twice or left over, and which vectors are not those that the stand-in gave a text."""
    posts = collection.posts()
    ids = Counter(post.id for post in posts)
    task_type, dimensions = collection.manifest.task_type, collection.manifest.dimensions
    rows = np.array([embedding_of(post.text, task_type, dimensions) for post in posts])
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    counts = {
        "posts are lost": len(expected.keys() - ids.keys()),
        "posts are there twice": ids.total() - len(ids),
        "posts should not be there": len(ids.keys() - expected.keys()),
        "posts have another text": sum(expected.get(post.id, post.text) != post.text for post in posts),
        "vectors are not their text's": int((np.abs(collection.vectors() - unit).max(axis=1) > ROUNDING).sum()),
    }
    return [f"{count:,} {what}" for what, count in counts.items() if count]
