"""A corpus of any size: each post mixed of two real ones of a newsgroup, and its vector of their two vectors."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer import Explorer
from ingest.corpora import read_corpus
from ingest.embedders import TaskType, make_embedder
from ingest.order import Order, select_posts, wanted_manifests
from ingest.posts import Post
from ingest.store import Store

SOURCE = "posts.jsonl"
ORDER = Order(task_types=(TaskType.CLUSTERING,))
# Of the mix's length: a post and the mix that it was made of have a cosine of about 0.95, as near neighbors have.
NOISE = 0.33
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the post of a number is made of: two rows of the real posts, and how much the first one counts."""

    first: int
    second: int
    weight: float


class Variations:
    """Posts by their numbers, so that a larger corpus begins with all of a smaller one.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    """

    def __init__(self, posts: Sequence[Post], vectors: NDArray[np.float32]) -> None:
        self._posts = posts
        self._vectors = vectors
        self._rows: dict[str, list[int]] = {}
        for row, post in enumerate(posts):
            self._rows.setdefault(post.newsgroup, []).append(row)

    def post(self, number: int) -> Post:
        """Return a post of about as many lines as its first, drawn from both."""
        lot, recipe = random.Random(number), self._recipe(number)
        first, second = self._posts[recipe.first], self._posts[recipe.second]
        own, other = first.text.splitlines(), second.text.splitlines()
        n_own = round(recipe.weight * len(own))
        lines = [*lot.sample(own, n_own), *lot.sample(other, min(len(own) - n_own, len(other)))]
        text = "\n".join([f"{number}", *lot.sample(lines, len(lines))])
        return Post(f"{number:07}", first.newsgroup, first.subset, first.subject, text)

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of posts, of shape (n_numbers, dimensions), rows of unit length."""
        return np.stack([self._vector(number) for number in numbers])

    def _vector(self, number: int) -> NDArray[np.float32]:
        recipe = self._recipe(number)
        mixed = recipe.weight * self._vectors[recipe.first] + (1 - recipe.weight) * self._vectors[recipe.second]
        noise = np.random.default_rng(number).standard_normal(len(mixed), np.float32)
        around = mixed / np.linalg.norm(mixed) + noise * np.float32(NOISE / len(mixed) ** 0.5)
        unit: NDArray[np.float32] = (around / np.linalg.norm(around)).astype(np.float32)
        return unit

    def _recipe(self, number: int) -> Recipe:
        """Draw any post, another of its newsgroup, and a weight from a half to one."""
        lot = random.Random(-1 - number)
        first = lot.randrange(len(self._posts))
        return Recipe(first, lot.choice(self._rows[self._posts[first].newsgroup]), lot.uniform(0.5, 1))


def make(store: Path, folder: Path, first: int, end: int) -> None:
    """Write posts for an ingest to add, and put their vectors where it finds those that are paid for."""
    with Explorer.open(store) as explorer:
        variations = Variations(explorer.posts, np.array(explorer.vectors()))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / SOURCE).open("w", encoding="utf-8") as file:
        file.writelines(_lines(variations, range(first, end)))
    _keep_vectors(variations, folder)


def _lines(variations: Variations, numbers: range) -> Iterator[str]:
    for post in map(variations.post, numbers):
        row = {"id": post.id, "newsgroup": post.newsgroup, "subset": post.subset, "subject": post.subject}
        yield f"{json.dumps({**row, 'text': post.text})}\n"


def _keep_vectors(variations: Variations, folder: Path) -> None:
    corpus, embedder = read_corpus(str(folder / SOURCE)), make_embedder("minilm")
    posts, (manifest,) = select_posts(corpus, ORDER).posts, wanted_manifests(corpus, ORDER, embedder)
    with Store(folder / "store", create=True) as store:
        for start in range(0, len(posts), PAGE):
            page = posts[start : start + PAGE]
            texts = [embedder.as_sent(post.text, manifest.task_type, post.subject) for post in page]
            numbers = [int(post.id.rpartition("/")[2]) for post in page]
            store.cache.put(manifest.space, texts, variations.vectors(numbers))


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
