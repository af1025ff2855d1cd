"""The wire: a file that the app sends is at its path when it is whole, and nothing is written anywhere else."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from explorer.app.answering import N_UNREAD, LeftError, Telling
from explorer.verbs.carrying import PART
from explorer.verbs.wire import Receiver, Sender
from ingest.bars import ConsoleProgress
from ingest.errors import UserError
from tests.stores import wait_until

LONG = bytes(range(256)) * (PART // 100)  # two parts and a half


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made" / "file.npz"
    path.parent.mkdir()
    path.write_bytes(LONG)
    return path


def test_a_file_arrives_as_it_was_made(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    with Receiver(ConsoleProgress(), [path]) as receiver:
        Sender(receiver.take).carry(made, path)

    assert path.read_bytes() == LONG


def test_no_event_has_more_than_a_part(made: Path, tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    Sender(events.append).carry(made, tmp_path / "vectors.npz")

    assert len(events) == 5
    assert max(len(event.get("part", "")) for event in events) <= 2**20


def test_what_was_there_stays_where_a_file_is_broken_off(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    path.write_text("from before")
    events: list[dict[str, Any]] = []
    Sender(events.append).carry(made, path)
    with Receiver(ConsoleProgress(), [path]) as receiver:
        for event in events[:-1]:
            receiver.take(event)

    assert path.read_text() == "from before"
    assert sorted(tmp_path.iterdir()) == [made.parent, path]


def test_a_file_that_was_not_asked_for_is_refused(made: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match="a file that was not asked for"),
        Receiver(ConsoleProgress(), [tmp_path / "vectors.npz"]) as receiver,
    ):
        Sender(receiver.take).carry(made, tmp_path / "elsewhere.npz")
    assert list(tmp_path.iterdir()) == [made.parent]


def test_what_sends_waits_for_whoever_reads_and_ends_when_they_leave() -> None:
    telling, sent, left = Telling(), [], []

    def send() -> None:
        try:
            for number in range(10 * N_UNREAD):
                telling.send({"number": number})
                sent.append(number)
        except LeftError:
            left.append(True)

    sending, lines = Thread(target=send), telling.lines()
    sending.start()
    wait_until(lambda: len(sent) == N_UNREAD)
    next(lines)
    wait_until(lambda: len(sent) == N_UNREAD + 1)
    lines.close()
    sending.join(10)

    assert left == [True]
