"""The offer of titles for clusters, where there is a key to pay them with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.app.rights import Rights
from explorer.labeling import ClusterSummary
from explorer.titling import can_title
from ingest.embedders.gemini_key import KEY_VARIABLES

OFFER = "Titles by Gemini"
WRITING = "Gemini is writing titles …"
WITHOUT_KEY = f"Gemini writes titles for the clusters where {' or '.join(KEY_VARIABLES)} is set."

NO_OFFER = {"offer": "", "told": ""}


def offer_of(summaries: Sequence[ClusterSummary], rights: Rights) -> dict[str, Any]:
    """Return the offer to title those of the clusters that have no title, or what there lacks for one."""
    if not rights.to_change or all(summary.title for summary in summaries):
        return NO_OFFER
    return {"offer": OFFER, "told": ""} if can_title() else {"offer": "", "told": WITHOUT_KEY}
