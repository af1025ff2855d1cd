"""Reports: what the ingest's command line prints of a summary, an estimate or a verification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ingest.console import print_json, print_line, print_table, visible
from ingest.embedders.pace import Limits
from ingest.embedders.tiers import TIERS
from ingest.estimate import LEAST_TOKEN_RATIO, MOST_TOKEN_RATIO, Estimate, days_within, minutes_within
from ingest.job import Summary
from ingest.verification import Verdict

N_NAMED = 5
ONE_LABEL = ": where posts have labels, --label-column names their column, or each has a folder of its own"


def report_summary(summary: Summary, seconds: Mapping[str, float], *, as_json: bool) -> None:
    if as_json:
        print_json({**asdict(summary), "seconds": {stage: round(taken, 2) for stage, taken in seconds.items()}})
        return
    print_line(
        f"{summary.corpus}: {summary.n_posts:,} posts, of {summary.n_read:,} read and {summary.n_matched:,} selected"
    )
    _name_some("unreadable", summary.unreadable)
    for what, told in _parts(summary).items():
        print_line(f"  {what:<10} {told}")
    _name_some("refused", summary.refused)
    for name in summary.collections:
        print_line(f"  collection {name}")


def report_estimates(
    estimates: Sequence[Estimate], cleaning: str, limits: Limits, *, is_billed: bool, as_json: bool
) -> None:
    """Tell what each task type takes, and how long within the limits that are given, or else those of each tier."""
    durations = _durations(estimates, limits, is_billed=is_billed)
    if as_json:
        task_types = [asdict(each) for each in estimates]
        print_json(
            {"task_types": task_types, "cleaning": cleaning, "usd": _total_usd(estimates), "durations": durations}
        )
        return
    columns = ("task type", "posts", "texts", "cached", "to embed", "tokens", "requests", "USD")
    print_table(columns, [_row(each) for each in estimates])
    print_line(f"Cleaning: {cleaning}.")
    print_line(
        "Tokens are estimated by four bytes each; the true number is mostly "
        f"{LEAST_TOKEN_RATIO:g} to {MOST_TOKEN_RATIO:g} times that. Nothing was sent or written."
    )
    for name, duration in durations.items():
        print_line(f"{name}: {_duration(**duration)}")


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


def durations_told(estimates: Sequence[Estimate], limits: Limits, *, is_billed: bool) -> dict[str, str]:
    """Return in words how long sending takes, by what it is limited by."""
    return {name: _duration(**each) for name, each in _durations(estimates, limits, is_billed=is_billed).items()}


def _durations(estimates: Sequence[Estimate], limits: Limits, *, is_billed: bool) -> dict[str, dict[str, int]]:
    limits_by_name = _limits_to_tell(limits) if is_billed and any(each.n_to_embed for each in estimates) else {}
    return {
        name: {"days": days_within(estimates, limits), "minutes": minutes_within(estimates, limits)}
        for name, limits in limits_by_name.items()
    }


def _row(each: Estimate) -> tuple[object, ...]:
    counts = (each.n_posts, each.n_texts, each.n_cached, each.n_to_embed, each.n_tokens, each.n_requests)
    return (each.task_type, *(f"{count:,}" for count in counts), "unknown" if each.usd is None else f"{each.usd:.2f}")


def _limits_to_tell(limits: Limits) -> dict[str, Limits]:
    if limits != Limits():
        return {"within the limits given": limits}
    return {f"at tier {name}": tier for name, tier in TIERS.items()}


def _duration(days: int, minutes: int) -> str:
    if days > 1:
        return f"{days:,} days, because of the daily limit"
    return f"about {minutes:,} minutes" if minutes else "less than a minute"


def _total_usd(estimates: Sequence[Estimate]) -> float | None:
    costs = [each.usd for each in estimates]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


def _parts(summary: Summary) -> dict[str, str]:
    parts = {
        "newsgroups": f"{summary.n_newsgroups:,}{ONE_LABEL if summary.n_newsgroups == 1 else ''}",
        "cleaned": summary.cleaning,
        "dropped": f"{summary.n_dropped_empty:,} empty after cleaning, {summary.n_dropped_long:,} too long, "
        f"{summary.n_duplicates:,} duplicates",
        "truncated": f"{summary.n_truncated:,} at the limit; "
        f"{summary.n_shortened:,} new ones are longer than {summary.model} reads",
        "embedded": f"{summary.n_embedded:,} texts{_bill(summary)}; {_rest(summary)}",
        "written": f"{summary.n_written:,} posts, {summary.n_removed:,} removed",
    }
    if summary.n_damaged:
        parts["rebuilt"] = f"all collections, from the embedding cache: the index of {summary.n_damaged:,} was damaged"
    return parts


def _rest(summary: Summary) -> str:
    return "run the same command again for the rest" if summary.error else "what else is asked for was cached"


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
