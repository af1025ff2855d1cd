"""Tables as people see them: what fits the terminal, what is cut, and what is in full where a program reads it."""

from __future__ import annotations

import pytest

from ingest.tables import Table, lines_of

SUBJECT = "a subject that is longer than any terminal of forty columns is wide"
FOUND = Table(("similarity", "subject", "id"), [["0.95", SUBJECT, "train/sci.space/1"]], cut=("subject",))


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sit at a terminal of forty columns."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def plain(table: Table, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("NO_COLOR", "1")
    return lines_of(table, in_terminal=True).splitlines()


def test_a_long_subject_ends_in_an_ellipsis_and_the_id_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    _, row = plain(FOUND, monkeypatch)

    assert "…" in row
    assert row.endswith("train/sci.space/1")


def test_wide_characters_count_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = Table(("subject", "id"), [["宇宙" * 20, "train/sci.space/1"]], cut=("subject",))

    _, row = plain(wide, monkeypatch)

    # 40 columns less 17 of the id and 2 between leave 21: ten characters of two columns and the ellipsis.
    assert row == f"{'宇宙' * 5}…  train/sci.space/1"


def test_columns_that_do_not_fit_follow_below_each_row_named_again(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [str(number) for number in range(10, 20)]
    matrix = Table(("newsgroup", *columns), [["sci.space", *columns]])

    # 9 columns of the newsgroup and 4 for each number: seven fit into 40.
    lines = [line.split() for line in plain(matrix, monkeypatch)]

    assert lines == [
        ["newsgroup", *columns[:7]],
        ["sci.space", *columns[:7]],
        [],
        ["newsgroup", *columns[7:]],
        ["sci.space", *columns[7:]],
    ]


def test_what_is_not_for_a_terminal_is_in_full_and_has_no_styles() -> None:
    printed = lines_of(FOUND, in_terminal=False)

    assert SUBJECT in printed
    assert "\x1b" not in printed


def test_a_terminal_has_styles_unless_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1m" in lines_of(FOUND, in_terminal=True)

    assert "\x1b" not in "".join(plain(FOUND, monkeypatch))
