"""Choosing what to explore: the only corpus and model of a store, the named ones, or a clear question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ingest.embedders import TaskType
from ingest.errors import NothingStoredError, UserError
from ingest.store import Manifest

# The collections of one corpus as embedded by one model at one dimensionality.
Choice = dict[TaskType, Manifest]

WHAT_IS_THERE = "`python -m explorer collections` tells what it holds"


def choices(manifests: Sequence[Manifest], corpus: str | None = None, model: str | None = None) -> list[Choice]:
    """Return what there is to explore of a corpus and a model, or of all, most posts first."""
    sealed = [manifest for manifest in manifests if manifest.n_posts]
    if not sealed:
        raise NothingStoredError(_what_to_ingest(manifests))
    groups: dict[tuple[str, str, int], Choice] = defaultdict(dict)
    for manifest in named(named(sealed, "corpus", corpus), "model", model):
        groups[manifest.corpus, manifest.model, manifest.dimensions][manifest.task_type] = manifest
    return sorted(groups.values(), key=n_posts_of, reverse=True)


def choose(manifests: Sequence[Manifest], corpus: str | None, model: str | None) -> Choice:
    """Return the one choice; of a model at several dimensionalities the one with most dimensions."""
    found = choices(manifests, corpus, model)
    for field in ("corpus", "model"):
        names = sorted({getattr(manifest, field) for choice in found for manifest in choice.values()})
        if len(names) > 1:
            raise UserError(f"Which {field}? The store has {', '.join(names)}: say --{field} NAME.")
    return max(found, key=lambda choice: max(manifest.dimensions for manifest in choice.values()))


def n_posts_of(choice: Choice) -> int:
    return max(manifest.n_posts for manifest in choice.values())


def distinct(choice: Choice) -> tuple[TaskType, ...]:
    """Return the task types whose vectors differ, that for clusters before others with the same."""
    preferred = sorted(choice.values(), key=lambda manifest: manifest.task_type != TaskType.CLUSTERING)
    first = {(each.embedded_as, each.preparation): each.task_type for each in reversed(preferred)}
    return tuple(task_type for task_type in choice if task_type in first.values())


def named(manifests: Sequence[Manifest], field: str, wanted: str | None) -> list[Manifest]:
    """Return the manifests whose corpus or model is the wanted one; None wants all."""
    known = sorted({getattr(manifest, field) for manifest in manifests})
    if wanted is not None and wanted not in known:
        there = f"it has {', '.join(known)}" if known else f"nothing was ingested into it. {WHAT_IS_THERE}"
        raise UserError(f"The store has no {field} {wanted!r}: {there}.")
    return [manifest for manifest in manifests if wanted in (None, getattr(manifest, field))]


def _what_to_ingest(manifests: Sequence[Manifest]) -> str:
    if not manifests:
        return "The store is empty: fill it with `python -m ingest`."
    unfinished = ", ".join(sorted({manifest.corpus for manifest in manifests}))
    return f"The ingest of {unfinished} was not finished: run the same `python -m ingest` again, it goes on from there."
