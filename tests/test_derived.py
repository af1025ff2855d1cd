"""Derived arrays: computed once, kept under an address, and computed anew rather than trusted when damaged."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.derived import DerivedResults, Format, Recipe, read_arrays, write_arrays

RECIPE: Recipe = {"method": "count", "seed": 0}
COUNT = np.arange(12, dtype=np.float32).reshape(6, 2)


class Computation:
    """Counts to twelve, and counts how often it was asked to."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.n_calls = 0
        self._seconds = seconds

    def __call__(self) -> NDArray[np.float32]:
        self.n_calls += 1
        time.sleep(self._seconds)
        return COUNT


@pytest.fixture
def computation() -> Computation:
    return Computation()


@pytest.fixture
def derived(tmp_path: Path) -> DerivedResults:
    return DerivedResults(tmp_path)


def is_count(array: NDArray[np.generic] | None) -> bool:
    return array is not None and np.array_equal(array, COUNT)


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_was_never_computed_is_not_there(derived: DerivedResults) -> None:
    assert derived.load("map", RECIPE) is None


def test_what_was_computed_is_there(derived: DerivedResults, computation: Computation) -> None:
    derived.load_or_compute("map", RECIPE, computation)

    assert is_count(derived.load("map", RECIPE))


def test_an_array_is_computed_once(derived: DerivedResults, computation: Computation) -> None:
    for _ in range(3):
        assert is_count(derived.load_or_compute("map", RECIPE, computation))

    assert computation.n_calls == 1


def test_an_array_is_there_for_the_next_session(tmp_path: Path, computation: Computation) -> None:
    DerivedResults(tmp_path).load_or_compute("map", RECIPE, Computation())
    DerivedResults(tmp_path).load_or_compute("map", RECIPE, computation)

    assert computation.n_calls == 0


def test_a_kept_array_is_memory_mapped_and_cannot_be_written_to(
    derived: DerivedResults, computation: Computation
) -> None:
    derived.load_or_compute("map", RECIPE, computation)

    kept = derived.load("map", RECIPE)

    assert isinstance(kept, np.memmap)
    assert not kept.flags.writeable


def test_the_order_of_a_recipe_does_not_matter(derived: DerivedResults, computation: Computation) -> None:
    derived.load_or_compute("map", {"method": "count", "seed": 0}, computation)
    derived.load_or_compute("map", {"seed": 0, "method": "count"}, computation)

    assert computation.n_calls == 1


@pytest.mark.parametrize(
    ("kind", "recipe"), [("map", {"method": "count", "seed": 1}), ("map", {"method": "count"}), ("clusters", RECIPE)]
)
def test_another_kind_or_recipe_is_another_array(
    tmp_path: Path, computation: Computation, kind: str, recipe: Recipe
) -> None:
    derived = DerivedResults(tmp_path)
    derived.load_or_compute("map", RECIPE, computation)
    derived.load_or_compute(kind, recipe, computation)

    assert computation.n_calls == 2
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_is_named_by_its_kind(tmp_path: Path, computation: Computation) -> None:
    DerivedResults(tmp_path).load_or_compute("map", RECIPE, computation)

    assert only_file(tmp_path).match("map-*.npy")


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_off_the_last_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def fill_with_zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def break_the_header(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"}", b"("))


def change_a_number(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(COUNT.tobytes(), (COUNT + 1).tobytes()))


def encrypt(path: Path) -> None:
    """Set the flags by which an archive says that its files are encrypted."""
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole = bytearray(path.read_bytes())
        whole[whole.index(start) + flags] |= 1
        path.write_bytes(whole)


def pickle_objects(path: Path) -> None:
    np.save(path, np.array([{"not": "a number"}]), allow_pickle=True)


@pytest.mark.parametrize(
    "damage", [halve, cut_off_the_last_byte, empty, fill_with_zeros, break_the_header, pickle_objects]
)
def test_a_damaged_file_is_computed_anew(
    tmp_path: Path, computation: Computation, damage: Callable[[Path], None]
) -> None:
    DerivedResults(tmp_path).load_or_compute("map", RECIPE, Computation())
    damage(only_file(tmp_path))

    mended = DerivedResults(tmp_path).load_or_compute("map", RECIPE, computation)

    assert computation.n_calls == 1
    assert is_count(mended)
    assert is_count(DerivedResults(tmp_path).load("map", RECIPE))


def test_a_deleted_file_is_computed_anew(tmp_path: Path, computation: Computation) -> None:
    derived = DerivedResults(tmp_path)
    derived.load_or_compute("map", RECIPE, Computation())
    only_file(tmp_path).unlink()

    derived.load_or_compute("map", RECIPE, computation)

    assert computation.n_calls == 1


def test_a_computation_that_fails_leaves_nothing_and_can_be_tried_again(
    tmp_path: Path, computation: Computation
) -> None:
    derived = DerivedResults(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        derived.load_or_compute("map", RECIPE, interrupted)

    assert list(tmp_path.iterdir()) == []
    assert is_count(derived.load_or_compute("map", RECIPE, computation))


def interrupted() -> NDArray[np.float32]:
    raise KeyboardInterrupt


def test_threads_that_ask_for_one_array_have_it_computed_once(derived: DerivedResults) -> None:
    computation = Computation(seconds=0.2)

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(derived.load_or_compute, "map", RECIPE, computation) for _ in range(4)]

    assert all(is_count(answer.result()) for answer in asked)
    assert computation.n_calls == 1


def test_threads_that_ask_for_different_arrays_do_not_wait_for_each_other(derived: DerivedResults) -> None:
    both_compute = Barrier(2)

    def compute() -> NDArray[np.int64]:
        return np.array([both_compute.wait(timeout=10)])

    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(derived.load_or_compute, "map", {"seed": seed}, compute) for seed in range(2)]

    assert {int(answer.result()[0]) for answer in asked} == {0, 1}


def write_whole(number: int, folder: Path) -> None:
    folder.mkdir()
    for name in ("first", "second"):
        (folder / name).write_text(str(number))


def write_half(number: int, folder: Path) -> None:
    folder.mkdir()
    (folder / "first").write_text(str(number))
    raise OSError("No space left on device")


def read_number(folder: Path) -> int:
    first, second = ((folder / name).read_text() for name in ("first", "second"))
    return int(first) if first == second else 0


PAIR = Format("", read_number, write_whole)


class TestFolders:
    """A result may be a folder, which is there as a whole or not at all."""

    def test_it_is_made_once(self, tmp_path: Path) -> None:
        numbers = iter([7, 8])
        made = [DerivedResults(tmp_path).load_or_make("pair", RECIPE, lambda: next(numbers), PAIR) for _ in range(2)]

        assert made == [7, 7]
        assert only_file(tmp_path).match("pair-*")

    def test_a_damaged_one_is_made_anew(self, tmp_path: Path) -> None:
        derived = DerivedResults(tmp_path)
        derived.load_or_make("pair", RECIPE, lambda: 7, PAIR)
        (only_file(tmp_path) / "second").unlink()

        assert derived.load_or_make("pair", RECIPE, lambda: 8, PAIR) == 8
        assert read_number(only_file(tmp_path)) == 8

    def test_one_that_cannot_be_kept_is_given_all_the_same_and_leaves_nothing(self, tmp_path: Path) -> None:
        on_full_disk = Format("", read_number, write_half)

        assert DerivedResults(tmp_path).load_or_make("pair", RECIPE, lambda: 7, on_full_disk) == 7
        assert list(tmp_path.iterdir()) == []

    def test_what_a_killed_process_had_begun_is_cleared_away(self, tmp_path: Path) -> None:
        derived = DerivedResults(tmp_path)
        derived.load_or_make("pair", RECIPE, lambda: 7, PAIR)
        left = only_file(tmp_path).rename(only_file(tmp_path).with_suffix(".1.part"))
        os.utime(left, (0, 0))

        assert derived.load_or_make("pair", RECIPE, lambda: 8, PAIR) == 8
        assert read_number(only_file(tmp_path)) == 8

    def test_what_another_process_is_writing_is_left_to_it(self, tmp_path: Path) -> None:
        derived = DerivedResults(tmp_path)
        derived.load_or_make("pair", RECIPE, lambda: 7, PAIR)
        theirs = only_file(tmp_path).rename(only_file(tmp_path).with_suffix(".1.part"))

        assert derived.load_or_make("pair", RECIPE, lambda: 8, PAIR) == 8
        assert read_number(theirs) == 7

    def test_one_that_is_not_written_to_its_end_leaves_nothing(self, tmp_path: Path) -> None:
        stopped_halfway = Format("", read_number, write_until_interrupted)

        with pytest.raises(KeyboardInterrupt):
            DerivedResults(tmp_path).load_or_make("pair", RECIPE, lambda: 7, stopped_halfway)

        assert list(tmp_path.iterdir()) == []


def write_until_interrupted(number: int, folder: Path) -> None:
    folder.mkdir()
    raise KeyboardInterrupt


def read_count(path: Path) -> NDArray[np.generic]:
    return read_arrays(path)["count"]


def write_count(count: NDArray[np.generic], path: Path) -> None:
    write_arrays(path, count=count)


SEVERAL = Format(".npz", read_count, write_count)


class TestSeveralArrays:
    """A result may be several arrays in one file."""

    def test_they_are_computed_once(self, tmp_path: Path, computation: Computation) -> None:
        for _ in range(2):
            assert is_count(DerivedResults(tmp_path).load_or_make("counts", RECIPE, computation, SEVERAL))

        assert computation.n_calls == 1
        assert only_file(tmp_path).match("counts-*.npz")

    @pytest.mark.parametrize(
        "damage", [halve, cut_off_the_last_byte, empty, fill_with_zeros, break_the_header, change_a_number, encrypt]
    )
    @pytest.mark.filterwarnings("error")
    def test_a_damaged_file_is_computed_anew(
        self, tmp_path: Path, computation: Computation, damage: Callable[[Path], None]
    ) -> None:
        DerivedResults(tmp_path).load_or_make("counts", RECIPE, Computation(), SEVERAL)
        damage(only_file(tmp_path))

        assert is_count(DerivedResults(tmp_path).load_or_make("counts", RECIPE, computation, SEVERAL))
        assert computation.n_calls == 1
