"""Agreement with what clusters are compared with, as the command line and HTTP tell it alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.agreement import agreement
from explorer.app.asking import Asking
from explorer.app.screen import Screen
from ingest.errors import UserError
from ingest.posts import Corpus, Post
from tests.commands import fill


@pytest.fixture
def unlabeled(path: Path) -> Iterator[Explorer]:
    """An explorer of four posts with one label."""
    alike = [Post(f"train/all/{number}", "all", "train", "", f"orbit {number}") for number in range(4)]
    with Explorer.open(fill(path, Corpus("unlabeled", "memory", alike))) as explorer:
        yield explorer


def test_newsgroups_super_groups_and_task_types_are_compared(explorer: Explorer) -> None:
    found = agreement(explorer, explorer.cluster(3), 3)

    assert list(found) == ["newsgroups", "super-groups", "task_types"]
    assert [each["n_clusters"] for each in found["task_types"]] == [3, 3]


def test_one_label_is_refused_over_http_as_on_the_command_line(unlabeled: Explorer) -> None:
    with pytest.raises(UserError, match="All posts of unlabeled have one label, 'all', and clusters are compared"):
        Asking({"unlabeled": Screen(unlabeled)})("evaluate", {"k": 2})
