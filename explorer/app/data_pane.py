"""The pane of data: what the store holds, how far the work on it is, and what that came to, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from explorer.app.jobs import ESTIMATE, Job, Outcome, Stage
from explorer.app.rights import EVERY_RIGHT, READ_ONLY, Rights
from ingest.errors import UserError
from ingest.estimate import Estimate
from ingest.inventory import FOREIGN, Holding, Inventory, megabytes, take_inventory
from ingest.store import Store

Props = dict[str, Any]

NOTHING = "Nothing yet."
NOTHING_HELD = f"{NOTHING} Choose where posts come from, below, and press Estimate: it tells what that takes."
BEING_WRITTEN = "The store is being written to: its collections are listed again when that has ended."
IDLE: Props = {"title": "", "stages": [], "can_cancel": False}


def holdings_of(store: Store, rights: Rights = EVERY_RIGHT) -> Props:
    """Return the collections and what the store takes on disk, or what is waited for; and why nothing can be done."""
    if rights.to_change:
        return {**_held(store, NOTHING_HELD), "read_only": ""}
    return {**_held(store, NOTHING), "read_only": READ_ONLY}


def _held(store: Store, nothing: str) -> Props:
    try:
        found = take_inventory(store)
    except UserError as error:
        return {"waiting": BEING_WRITTEN if store.is_written else str(error)}
    return {
        "rows": [_row(holding) for holding in found.holdings],
        "corpora": sorted({each.manifest.corpus for each in found.holdings if each.state != FOREIGN}),
        "totals": _totals(found),
        "waiting": "" if found.holdings else nothing,
    }


def work_of(job: Job, stages: Sequence[Stage], *, can_cancel: bool) -> Props:
    """Return how far a job is."""
    return {"title": job.title, "stages": [asdict(stage) for stage in stages], "can_cancel": can_cancel}


def outcome_of(outcome: Outcome | None, *, can_start: bool = False) -> Props:
    """Return what the last job came to; what was estimated can be started by who asked for it."""
    if outcome is None:
        return {**IDLE, "outcome": None}
    is_estimate = outcome.job.kind == ESTIMATE and not outcome.problem
    return {
        **IDLE,
        "outcome": {
            "line": outcome.line,
            "problem": outcome.problem,
            "estimates": [_cells(each) for each in outcome.estimates],
            "durations": [f"Sending takes {duration} {limits}." for limits, duration in outcome.durations.items()],
            "verdicts": [[v.collection, f"{v.n_posts:,}", "; ".join(v.faults) or "sound"] for v in outcome.verdicts],
            "start": _start_of(outcome.estimates) if is_estimate and can_start else "",
        },
    }


def _start_of(estimates: Sequence[Estimate]) -> str:
    n_texts = sum(each.n_to_embed for each in estimates)
    return f"Start: embed {n_texts:,} texts" if n_texts else "Start: everything is in the cache"


def _row(holding: Holding) -> list[str]:
    held = holding.manifest
    size = megabytes(holding.n_bytes)
    task_type = "" if holding.state == FOREIGN else held.task_type
    return [held.corpus, held.model, str(held.dimensions), task_type, f"{held.n_posts:,}", size, holding.state]


def _totals(found: Inventory) -> str:
    return (
        f"{megabytes(found.n_bytes)} on disk: {megabytes(found.n_chroma_bytes)} of posts and indexes, "
        f"{megabytes(found.n_cache_bytes)} of cache with {found.n_cached:,} embeddings, "
        f"{megabytes(found.n_derived_bytes)} of maps and other results, which can be computed again."
    )


def _cells(each: Estimate) -> list[str]:
    counts = (each.n_posts, each.n_texts, each.n_cached, each.n_to_embed, each.n_tokens, each.n_requests)
    return [each.task_type, *(f"{count:,}" for count in counts), "unknown" if each.usd is None else f"{each.usd:.2f}"]
