"""The tiers of the Gemini API: https://ai.google.dev/gemini-api/docs/rate-limits. Each text counts as a request."""

from __future__ import annotations

from ingest.embedders.pace import Limits

TIERS = {
    "free": Limits(100, 30_000, 1_000),
    "1": Limits(3_000, 1_000_000),
    "2": Limits(5_000, 5_000_000),
    "3": Limits(10_000, 10_000_000),
}
