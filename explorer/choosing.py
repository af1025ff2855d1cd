"""Choosing what to explore: the only corpus and model of a store, the named ones, or a clear question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.store import Manifest


def choose_manifests(manifests: Sequence[Manifest], corpus: str | None, model: str | None) -> dict[TaskType, Manifest]:
    """Return the manifests, by task type, of one corpus as embedded by one model at one dimensionality."""
    whole = [manifest for manifest in manifests if manifest.complete and manifest.n_posts]
    if not whole:
        raise UserError(_nothing_to_explore(manifests))
    of_corpus = _choose(whole, "corpus", corpus)
    of_model = _choose(of_corpus, "model", model)
    most_dimensions = max(manifest.dimensions for manifest in of_model)
    return {manifest.task_type: manifest for manifest in of_model if manifest.dimensions == most_dimensions}


def _choose(manifests: Sequence[Manifest], field: str, wanted: str | None) -> list[Manifest]:
    known = _sorted_names(getattr(manifest, field) for manifest in manifests)
    if wanted is None and len(known) > 1:
        raise UserError(f"Which {field}? The store has {', '.join(known)}: say --{field} NAME.")
    if wanted is not None and wanted not in known:
        raise UserError(f"The store has no {field} {wanted!r}: it has {', '.join(known)}.")
    return [manifest for manifest in manifests if getattr(manifest, field) == (wanted or known[0])]


def _sorted_names(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _nothing_to_explore(manifests: Sequence[Manifest]) -> str:
    if not manifests:
        return "The store is empty: fill it with `python -m ingest`."
    unfinished = ", ".join(_sorted_names(manifest.corpus for manifest in manifests))
    return f"The ingest of {unfinished} was not finished: run the same `python -m ingest` again, it goes on from there."
