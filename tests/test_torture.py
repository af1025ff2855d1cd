"""Torture, a little: ``python -m benchmarks torture`` does the same for longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.evidence import faults_of, write_posts
from benchmarks.stand_in import stand_in
from benchmarks.torture import Report, Torture
from ingest.store import Store

N_KILLS = 4


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return Torture(tmp_path_factory.mktemp("torture"), seed=4, n_posts=1_100, latency=0.1).run(N_KILLS)


def test_ingests_that_are_struck_lose_double_and_damage_nothing_and_pay_for_little_twice(report: Report) -> None:
    assert report.faults == []


def test_the_blows_hit(report: Report) -> None:
    assert report.n_kills == N_KILLS


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A store with three posts, and their texts by id."""
    folder = tmp_path_factory.mktemp("evidence")
    texts = write_posts(folder / "posts.jsonl", range(3), salt=0)
    with stand_in(folder / "log") as api:
        options = ("--task-types", "CLUSTERING", "--dimensions", "128", "--embedder", "gemini")
        assert api.ingest(folder / "posts.jsonl", "--store", folder / "store", *options).returncode == 0
    return folder / "store", texts


def faults_in(store: Path, expected: dict[str, str]) -> list[str]:
    with Store(store) as opened:
        (manifest,) = opened.manifests()
        return faults_of(opened.collection(manifest.collection), expected)


class TestEvidence:
    def test_a_store_with_all_posts_has_no_faults(self, ingested: tuple[Path, dict[str, str]]) -> None:
        store, texts = ingested

        assert faults_in(store, texts) == []

    def test_a_post_that_is_not_there_is_lost(self, ingested: tuple[Path, dict[str, str]]) -> None:
        store, texts = ingested

        assert faults_in(store, {**texts, "group0/5": "orbit"}) == ["1 posts are lost"]

    def test_a_post_that_nobody_asked_for_is_left_over(self, ingested: tuple[Path, dict[str, str]]) -> None:
        store, texts = ingested

        assert faults_in(store, dict(list(texts.items())[1:])) == ["1 posts should not be there"]

    def test_a_post_of_another_round_is_told_by_its_text(self, ingested: tuple[Path, dict[str, str]]) -> None:
        store, texts = ingested

        assert faults_in(store, dict.fromkeys(texts, "goal")) == ["3 posts have another text"]
