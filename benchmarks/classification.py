"""Classification: the second tutorial's job and all newsgroups, beside what needs no embeddings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import spread, timed
from explorer.baselines import MAJORITY, TEXT_BASELINE, majority_baseline, text_baseline
from explorer.learning import Examples, classify
from explorer.splitting import Split, split_posts
from explorer.training import MODELS
from ingest.console import print_line, print_table

SEEDS = range(5)
PREFIX = "sci."
N_TRAIN, N_TEST = 100, 25  # posts of each newsgroup in the tutorial's job
TUTORIAL_CHARACTERS = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """Posts as classifiers see them, and in words."""

    examples: Examples
    texts: Sequence[str]


def report(
    vectors: NDArray[np.float32], newsgroups: Sequence[str], subsets: Sequence[str], texts: Sequence[str]
) -> None:
    """Print the accuracy on posts of the test subset; all arguments follow the posts."""
    split = split_posts(newsgroups, subsets)
    examples = Examples(vectors, newsgroups)
    report_tutorial(Posts(examples, [text[:TUTORIAL_CHARACTERS] for text in texts]), split)
    report_whole(Posts(examples, texts), split)


def report_tutorial(posts: Posts, split: Split) -> None:
    """Print the spread over seeds, each of which draws other posts and starts from other weights."""
    jobs = [(tutorial_split(posts.examples.newsgroups, split, seed), seed) for seed in SEEDS]
    print_line(
        f"\nClassification, the tutorial's job: of each {PREFIX}* newsgroup {N_TRAIN} posts to learn from "
        f"and {N_TEST} to be tested on, {len(SEEDS)} seeds"
    )
    print_table(
        ("classifier", "accuracy, mean (least to most)"),
        [(way, spread([accuracy(posts, *job) for job in jobs])) for way, accuracy in WAYS.items()],
    )


def report_whole(posts: Posts, split: Split) -> None:
    """Print each classifier's accuracy on all newsgroups, and what it took."""
    n_classes = len(set(posts.examples.newsgroups))
    print_line(
        f"\nClassification of {n_classes} newsgroups: {len(split.train):,} posts to learn from "
        f"and {len(split.test):,} to be tested on, vectors of {posts.examples.vectors.shape[1]:,} dimensions, seed 0"
    )
    print_table(("classifier", "accuracy", "seconds"), [whole_row(way, posts, split) for way in WAYS])


def whole_row(way: str, posts: Posts, split: Split) -> tuple[str, str, str]:
    accuracy, seconds = timed(partial(WAYS[way], posts, split, 0))
    return way, f"{accuracy:.3f}", f"{seconds:.1f}"


def tutorial_split(newsgroups: Sequence[str], split: Split, seed: int) -> Split:
    """Draw posts to learn from among those of the train subset, and posts to be tested on among the others."""
    lot = np.random.default_rng(seed)
    names = np.asarray(newsgroups, np.str_)
    wanted = [name for name in np.unique(names) if name.startswith(PREFIX)]
    train, test = (
        np.concatenate([lot.choice(rows[names[rows] == name], size, replace=False) for name in wanted])
        for rows, size in ((split.train, N_TRAIN), (split.test, N_TEST))
    )
    return Split(train, test, "by lot, of either subset")


def trained(model: str, posts: Posts, split: Split, seed: int) -> float:
    return classify(posts.examples, split, model, seed).accuracy


def by_words(posts: Posts, split: Split, seed: int) -> float:
    return text_baseline(posts.texts, posts.examples.newsgroups, split).accuracy


def by_majority(posts: Posts, split: Split, seed: int) -> float:
    return majority_baseline(posts.examples.newsgroups, split).accuracy


# What is measured: takes the posts, their split and a seed, and returns an accuracy.
WAYS: Mapping[str, Callable[[Posts, Split, int], float]] = {
    **{f"{model.title} on the vectors": partial(trained, name) for name, model in MODELS.items()},
    TEXT_BASELINE: by_words,
    MAJORITY: by_majority,
}
