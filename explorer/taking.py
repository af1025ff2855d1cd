"""Taking: which methods of clustering take which parameter of density, known before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

TAKERS = {"min_cluster_size": ("hdbscan",), "min_samples": ("hdbscan", "dbscan"), "eps": ("dbscan",)}


def untaken(given: Iterable[str], methods: Sequence[str], called: Callable[[str], str] = str) -> str:
    """Tell which given parameter none of the methods takes, by what it is called at a door."""
    for name in given:
        if not {*TAKERS[name]} & {*methods}:
            takers, others = " and ".join(TAKERS[name]), " or ".join(methods)
            return f"{called(name)} is for {takers}, not for {others}: choose such a method, or leave it out"
    return ""
