"""Followed work: done once for all who wait, told as it goes, and ended early only when the last has let go."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from threading import Event

import pytest

from explorer.app.followed import CanceledError, Followed
from ingest.errors import UserError

SECONDS = 10.0


class Work:
    """Tells that a half is done, and goes on to the whole when it is let; its answer is how often it was begun."""

    def __init__(self) -> None:
        self.n_begun = 0
        self.may_go_on = Event()
        self.has_ended = Event()
        self.ended_with: BaseException | None = None

    def __call__(self, key: str, tell: Callable[[float], None]) -> int:
        self.n_begun += 1
        self.has_ended.clear()
        try:
            tell(0.5)
            assert self.may_go_on.wait(SECONDS)
            tell(1.0)
        except BaseException as error:
            self.ended_with = error
            raise
        finally:
            self.has_ended.set()
        return self.n_begun


Following = Generator[float | None, None, int]


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def works(work: Work) -> Followed[str, float, int]:
    return Followed("The work", work, goes_on=True)


def begun(works: Followed[str, float, int], key: str = "one") -> Following:
    """Follow until a half is done."""
    following = works.follow(key)
    assert next(news for news in following if news) == 0.5
    return following


def ended(work: Work) -> BaseException | None:
    """Let the work go on, wait for its end, and return what ended it early."""
    work.may_go_on.set()
    assert work.has_ended.wait(SECONDS)
    return work.ended_with


def answer_of(following: Following) -> int:
    while True:
        try:
            next(following)
        except StopIteration as over:
            answer: int = over.value
            return answer


def test_whoever_follows_is_told_what_is_new_and_gets_the_answer(works: Followed[str, float, int], work: Work) -> None:
    following = begun(works)
    assert next(following) is None
    work.may_go_on.set()
    assert next(news for news in following if news) == 1.0
    assert answer_of(following) == 1


def test_it_is_done_once_for_all_who_follow(works: Followed[str, float, int], work: Work) -> None:
    followings = [begun(works), begun(works)]
    work.may_go_on.set()

    assert [answer_of(following) for following in followings] == [1, 1]


def test_works_of_two_keys_do_not_wait_for_each_other(works: Followed[str, float, int], work: Work) -> None:
    begun(works)
    begun(works, "two")

    assert work.n_begun == 2
    work.may_go_on.set()


def test_what_is_over_is_forgotten_and_done_anew(works: Followed[str, float, int], work: Work) -> None:
    work.may_go_on.set()

    assert (works.wait_for("one"), works.is_going_on("one"), works.news("one")) == (1, False, None)
    assert works.wait_for("one") == 2


def test_what_is_over_is_not_joined_and_not_done_again(works: Followed[str, float, int], work: Work) -> None:
    work.may_go_on.set()
    works.wait_for("one")

    assert list(works.join("one")) == []
    assert work.n_begun == 1


class TestCanceling:
    def test_it_ends_at_what_is_told_next(self, works: Followed[str, float, int], work: Work) -> None:
        following = begun(works)
        works.cancel("one")
        assert not works.is_ending("one")
        following.close()

        assert works.is_ending("one")
        assert isinstance(ended(work), CanceledError)

    def test_it_goes_on_for_whoever_else_follows(self, works: Followed[str, float, int], work: Work) -> None:
        first, second = begun(works), begun(works)
        works.cancel("one")
        first.close()
        work.may_go_on.set()

        assert answer_of(second) == 1

    def test_it_goes_on_where_it_was_left_without_a_word(self, works: Followed[str, float, int], work: Work) -> None:
        begun(works).close()

        assert ended(work) is None

    def test_left_without_a_word_it_ends_where_it_is_for_its_followers_alone(self, work: Work) -> None:
        begun(Followed("The work", work)).close()

        assert isinstance(ended(work), CanceledError)

    def test_whoever_asks_before_it_has_ended_keeps_it(self, works: Followed[str, float, int], work: Work) -> None:
        first = begun(works)
        works.cancel("one")
        first.close()
        second = works.follow("one")
        next(second)
        work.may_go_on.set()

        assert answer_of(second) == 1

    def test_it_begins_anew_for_whoever_asks_later(self, works: Followed[str, float, int], work: Work) -> None:
        following = begun(works)
        works.cancel("one")
        following.close()
        assert ended(work)

        assert works.wait_for("one") == 2

    def test_who_looks_on_does_not_keep_it(self, works: Followed[str, float, int], work: Work) -> None:
        works.begin("one")
        watching = works.watch("one")
        assert next(news for news in watching if news) == 0.5
        works.cancel("one")
        work.may_go_on.set()

        assert list(filter(None, watching)) == []
        assert isinstance(work.ended_with, CanceledError)


class TestFailing:
    def test_what_a_user_can_mend_is_told_as_it_is(self) -> None:
        def refuse(key: str, tell: Callable[[float], None]) -> int:
            raise UserError("No.")

        with pytest.raises(UserError, match=r"^No\.$"):
            Followed("The work", refuse).wait_for("one")

    def test_what_is_unforeseen_is_a_line_for_the_visitor_and_a_traceback_for_the_log(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(key: str, tell: Callable[[float], None]) -> int:
            raise MemoryError

        with caplog.at_level(logging.ERROR), pytest.raises(UserError, match=r"^The work failed, and the app's log"):
            Followed("The work", fail).wait_for("one")
        assert "MemoryError" in caplog.text
