"""Reports: what the ingest's command line prints of a summary, an estimate or a verification."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ingest.console import print_json, print_line, print_table, visible
from ingest.embedders.pace import Limits
from ingest.embedders.tiers import TIERS
from ingest.estimate import LEAST, MINUTES_PER_DAY, MOST, Estimate, minutes_within
from ingest.job import Summary
from ingest.verification import Verdict

N_NAMED = 5


def report_summary(summary: Summary, seconds: Mapping[str, float], *, as_json: bool) -> None:
    if as_json:
        print_json({**asdict(summary), "seconds": {stage: round(taken, 2) for stage, taken in seconds.items()}})
        return
    s = summary
    print_line(f"{s.corpus}: {s.n_posts:,} posts in the order, of {s.n_read:,} read and {s.n_matched:,} that match")
    _name_some("unreadable", s.unreadable)
    print_line(
        f"  dropped    {s.n_dropped_empty:,} empty after cleaning, {s.n_dropped_long:,} too long, "
        f"{s.n_duplicates:,} duplicates"
    )
    print_line(
        f"  truncated  {s.n_truncated:,} at the limit; {s.n_shortened:,} new ones are longer than {s.model} reads"
    )
    print_line(f"  embedded   {s.n_embedded:,} texts{_bill(s)}; the rest was cached")
    _name_some("refused", s.refused)
    print_line(f"  written    {s.n_written:,} posts, {s.n_removed:,} removed")
    for name in s.collections:
        print_line(f"  collection {name}")


def report_estimates(estimates: Sequence[Estimate], limits: Limits, *, is_billed: bool, as_json: bool) -> None:
    """Tell what each task type takes, and how long within the limits that are given, or else those of each tier."""
    minutes = _minutes(estimates, limits) if is_billed else {}
    if as_json:
        task_types = [asdict(each) for each in estimates]
        print_json({"task_types": task_types, "usd": _total_usd(estimates), "minutes": minutes})
        return
    columns = ("task type", "posts", "texts", "cached", "to embed", "tokens", "requests", "USD")
    print_table(columns, [_row(each) for each in estimates])
    print_line(
        "Tokens are estimated by four bytes each; "
        f"the true number is mostly {LEAST:g} to {MOST:g} times that. Nothing was sent or written."
    )
    for within, duration in minutes.items():
        print_line(f"{within}: {_duration(duration)}")


def report_verdicts(verdicts: Sequence[Verdict], *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(verdict) for verdict in verdicts])
        return
    rows = [(v.collection, f"{v.n_posts:,}", v.dimensions, "; ".join(v.faults) or "sound") for v in verdicts]
    print_table(("collection", "posts", "dimensions", "verdict"), rows)


def report_models(models: Sequence[tuple[str, int | None]], *, as_json: bool) -> None:
    if as_json:
        print_json([{"model": name, "input_tokens": tokens} for name, tokens in models])
        return
    print_table(("model", "reads tokens"), [(name, f"{tokens:,}" if tokens else "") for name, tokens in models])


def _row(each: Estimate) -> tuple[object, ...]:
    counts = (each.n_posts, each.n_texts, each.n_cached, each.n_to_embed, each.n_tokens, each.n_requests)
    return (each.task_type, *(f"{count:,}" for count in counts), "unknown" if each.usd is None else f"{each.usd:.2f}")


def _minutes(estimates: Sequence[Estimate], limits: Limits) -> dict[str, int]:
    if not any(each.n_to_embed for each in estimates):
        return {}
    if limits != Limits():
        return {"within the limits given": minutes_within(estimates, limits)}
    return {f"at tier {name}": minutes_within(estimates, tier) for name, tier in TIERS.items()}


def _duration(minutes: int) -> str:
    if minutes >= MINUTES_PER_DAY:
        return f"{math.ceil(minutes / MINUTES_PER_DAY) + 1} days, as much a day as is allowed"
    return f"about {minutes:,} minutes" if minutes else "less than a minute"


def _total_usd(estimates: Sequence[Estimate]) -> float | None:
    costs = [each.usd for each in estimates]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


def _bill(summary: Summary) -> str:
    if not summary.n_embedded or summary.usd == 0:
        return ""
    price = "at a price not known here" if summary.usd is None else f"{summary.usd:.2f} USD"
    return f", about {summary.n_tokens:,} tokens, {price}"


def _name_some(what: str, lines: Sequence[str]) -> None:
    """Count and name what was left out, but not fill the screen with it."""
    if lines:
        print_line(
            f"  {what:<10} {len(lines):,}: --json names all" if len(lines) > N_NAMED else f"  {what:<10} {len(lines):,}"
        )
    for line in lines[:N_NAMED]:
        print_line(f"    {visible(line)}")
