"""Bars: lines where nobody sees a bar, bars where somebody does, and how long each stage took."""

from __future__ import annotations

import os
import pty
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from ingest.bars import ConsoleProgress

ESCAPES = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")


class Hands:
    """A clock that is set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1_000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.seconds)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


@pytest.fixture
def progress() -> ConsoleProgress:
    return ConsoleProgress()


class Told:
    """What was told on standard error since it was last asked for."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    @property
    def lines(self) -> list[str]:
        out, err = self._capsys.readouterr()
        assert out == ""
        return err.splitlines()


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


class TestLines:
    def test_a_stage_tells_at_its_end_how_much_was_done_and_how_long_it_took(
        self, progress: ConsoleProgress, hands: Hands, told: Told
    ) -> None:
        with progress.stage("write", 1_200) as advance:
            hands.seconds += 2
            advance(1_200, "well")
            assert told.lines == []

        assert told.lines == ["write: 1,200 in 2.0 s well"]

    def test_a_step_of_unknown_length_tells_how_long_it_took(
        self, progress: ConsoleProgress, hands: Hands, told: Told
    ) -> None:
        with progress.stage("seal"):
            hands.seconds += 0.5

        assert told.lines == ["seal: 0.5 s"]

    def test_a_stage_that_ends_early_tells_how_far_it_came(
        self, progress: ConsoleProgress, hands: Hands, told: Told
    ) -> None:
        with progress.stage("embed", 9) as advance:
            advance(4)
            hands.seconds += 3

        assert told.lines == ["embed: 4/9 in 3.0 s"]

    def test_a_stage_that_goes_on_tells_how_far_it_is_from_time_to_time(
        self, progress: ConsoleProgress, hands: Hands, told: Told
    ) -> None:
        with progress.stage("embed", 9_000) as advance:
            for _ in range(4):
                hands.seconds += 20
                advance(1_000, "0.10 USD")
            assert told.lines == ["embed: 2,000/9,000 50/s 0.10 USD", "embed: 4,000/9,000 50/s 0.10 USD"]

    def test_how_things_stand_is_kept_until_there_is_news(
        self, progress: ConsoleProgress, hands: Hands, told: Told
    ) -> None:
        with progress.stage("embed", 2) as advance:
            advance(1, "0.10 USD")
            advance(1)

        assert told.lines == ["embed: 2 in 0.0 s 0.10 USD"]

    def test_a_stage_that_fails_tells_how_far_it_came(
        self, progress: ConsoleProgress, hands: Hands, told: Told
    ) -> None:
        with pytest.raises(KeyboardInterrupt), progress.stage("embed", 9) as advance:
            advance(4, "0.10 USD")
            raise KeyboardInterrupt

        assert told.lines == ["embed: 4/9 0.10 USD"]

    def test_a_stage_that_fails_at_once_leaves_the_word_to_the_error(
        self, progress: ConsoleProgress, hands: Hands, told: Told
    ) -> None:
        with pytest.raises(ValueError, match="no"), progress.stage("read nope"):
            raise ValueError("no")

        assert told.lines == []

    def test_any_thread_may_advance_a_stage(self, progress: ConsoleProgress, told: Told) -> None:
        with progress.stage("embed", 800) as advance, ThreadPoolExecutor(8) as threads:
            for _ in range(800):
                threads.submit(advance, 1)

        (line,) = told.lines
        assert line.startswith("embed: 800 in ")

    def test_what_is_said_is_a_line_of_its_own(self, progress: ConsoleProgress, told: Told) -> None:
        progress.say("before")
        with progress.stage("embed", 9):
            progress.say("Trying again in 5 s. [red]")
            assert told.lines == ["before", "Trying again in 5 s. [red]"]

    def test_what_is_said_cannot_steer_a_terminal(self, progress: ConsoleProgress, told: Told) -> None:
        progress.say("\x1b[2Jgone")
        with progress.stage("embed", 9):
            progress.say("\x1b[2Jgone")
            assert told.lines == [" [2Jgone"] * 2


@pytest.mark.usefixtures("capsys")
class TestSeconds:
    def test_they_are_kept_by_stage(self, progress: ConsoleProgress, hands: Hands) -> None:
        with progress.stage("read"):
            hands.seconds += 1
            with progress.stage("clean"):
                hands.seconds += 2

        assert progress.seconds == {"clean": 2.0, "read": 3.0}

    def test_those_of_a_stage_that_is_entered_again_are_added(self, progress: ConsoleProgress, hands: Hands) -> None:
        for seconds in (1, 2):
            with progress.stage("verify"):
                hands.seconds += seconds

        assert progress.seconds == {"verify": 3.0}

    def test_a_stage_that_is_left_open_was_over_with_its_last_unit(
        self, progress: ConsoleProgress, hands: Hands
    ) -> None:
        with progress.stage("embed", 2) as advance:
            hands.seconds += 1
            advance(2)
            hands.seconds += 10

        assert progress.seconds == {"embed": 1.0}

    def test_a_stage_that_fails_has_none(self, progress: ConsoleProgress) -> None:
        with pytest.raises(KeyboardInterrupt), progress.stage("embed"):
            raise KeyboardInterrupt

        assert progress.seconds == {}


@contextmanager
def terminal() -> Iterator[list[list[str]]]:
    """Let standard error be a terminal; yield what is then the lines of each drawing, which covers the one before."""
    reader, writer = pty.openpty()
    screens: list[list[str]] = []
    with pytest.MonkeyPatch.context() as patch, os.fdopen(writer, "w") as stream:
        patch.setattr(sys, "stderr", stream)
        patch.setenv("TERM", "xterm")
        patch.setenv("COLUMNS", "160")
        yield screens
    drawn = b"".join(read_to_end(reader)).decode()
    screens.extend(ESCAPES.sub("", screen).splitlines() for screen in drawn.split("\r\x1b[2K"))


def read_to_end(reader: int) -> Iterator[bytes]:
    """Read what was written to a terminal that is closed, whose end Linux tells by an error."""
    with suppress(OSError):
        while part := os.read(reader, 4_096):
            yield part
    os.close(reader)


class TestTerminal:
    def test_a_stage_is_a_bar_with_counts_and_how_things_stand(self, progress: ConsoleProgress) -> None:
        with terminal() as screens, progress.stage("embed", 1_200) as advance:
            advance(300, "0.10 USD")

        (bar,) = screens[-1]
        assert re.fullmatch(r"embed +━{10}[━╸╺ ]+ 300/1,200 0:00:0\d .*/s 0\.10 USD", bar)

    def test_stages_that_run_at_once_are_bars_below_each_other(self, progress: ConsoleProgress) -> None:
        with terminal() as screens, progress.stage("embed", 4), progress.stage("write", 4):
            pass

        assert [bar.split()[0] for bar in screens[-1]] == ["embed", "write"]

    def test_what_is_said_is_above_the_bars(self, progress: ConsoleProgress) -> None:
        with terminal() as screens, progress.stage("embed", 4):
            progress.say("Trying again in 5 s. [red]")

        said = next(screen for screen in screens if "Trying" in "".join(screen))
        assert (said[0], said[1].split()[0]) == ("Trying again in 5 s. [red]", "embed")

    def test_of_a_stage_that_fails_at_once_no_bar_stays(self, progress: ConsoleProgress) -> None:
        with terminal() as screens, pytest.raises(ValueError, match="no"), progress.stage("read nope"):
            raise ValueError("no")

        *_, drawn, last = screens
        assert (drawn[0][:9], last) == ("read nope", [])
