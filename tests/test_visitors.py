"""What each visitor has on the page, and whose answer counts."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

from explorer.app.view import FIRST, View
from explorer.app.visitors import Visitors


def one_more(view: View | None) -> View:
    return replace(view or FIRST, n_results=(view or FIRST).n_results + 1)


def test_a_new_visitor_has_no_view() -> None:
    assert Visitors().view("ann") is None


def test_a_change_tells_the_view_before_and_after() -> None:
    visitors = Visitors()
    first, second = one_more(None), one_more(one_more(None))
    assert visitors.change("ann", one_more) == (None, first)
    assert visitors.change("ann", one_more) == (first, second)


def test_a_change_that_makes_no_view_leaves_none() -> None:
    visitors = Visitors()
    assert visitors.change("ann", lambda view: view and one_more(view)) == (None, None)
    assert visitors.view("ann") is None


def test_what_says_nothing_in_a_view_is_not_kept() -> None:
    assert Visitors().change("ann", lambda _: View(least=0.5)) == (None, FIRST)


def test_of_changes_that_come_in_another_order_the_last_one_counts() -> None:
    visitors = Visitors()
    second, first, third = (replace(FIRST, question=question) for question in ("second", "first", "third"))
    assert visitors.change("ann", lambda _: second, 2) == (None, second)
    assert visitors.change("ann", lambda _: first, 1) == (second, second)
    assert visitors.change("ann", lambda _: third, 3) == (second, third)


def test_the_order_of_one_visitor_is_nothing_to_another() -> None:
    visitors = Visitors()
    visitors.change("ann", one_more, 5)
    assert visitors.change("bob", one_more, 0) == (None, one_more(None))


def test_visitors_do_not_see_each_others_views() -> None:
    visitors = Visitors()
    visitors.change("ann", one_more)
    assert visitors.view("bob") is None


def test_changes_at_the_same_time_are_all_kept() -> None:
    visitors, together = Visitors(), Barrier(8)

    def count() -> None:
        together.wait()
        for _ in range(200):
            visitors.change("ann", one_more)

    threads = [Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert visitors.view("ann") == View(n_results=FIRST.n_results + 8 * 200)


def test_an_answer_counts_until_a_newer_question_for_the_same_panel() -> None:
    visitors = Visitors()
    is_last = visitors.take_turn("ann", ["map", "results"])
    assert is_last("map")
    assert is_last("results")
    visitors.take_turn("ann", ["results"])
    assert is_last("map")
    assert not is_last("results")


def test_another_visitors_question_overtakes_nothing() -> None:
    visitors = Visitors()
    is_last = visitors.take_turn("ann", ["map"])
    visitors.take_turn("bob", ["map"])
    assert is_last("map")


def test_of_a_visitor_who_has_left_nothing_is_kept() -> None:
    visitors = Visitors()
    visitors.change("ann", one_more)
    is_last = visitors.take_turn("ann", ["map"])
    visitors.forget("ann")
    assert visitors.view("ann") is None
    assert not is_last("map")
