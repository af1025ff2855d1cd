"""The suspects' pane: kinds of posts to be looked at twice, and why."""

from __future__ import annotations

from typing import Any

from explorer.app.chips import SUSPECT_TITLES
from explorer.app.rows import unsought_row_of
from explorer.app.screen import Screen
from explorer.app.view import View
from explorer.snippets import SUBJECT_CHARACTERS
from explorer.suspects import KINDS, MISLABELED, NEAR_DUPLICATE, OUTLIER, Suspect

Props = dict[str, Any]

WHY_SUSPECT = {
    MISLABELED: "Most of their neighbors are of another newsgroup.",
    NEAR_DUPLICATE: "Another post says almost the same.",
    OUTLIER: "Nothing else is near them.",
}


def suspects_of(screen: Screen, view: View) -> Props:
    """Return the kinds of suspects with their numbers, and those of the chosen kind, worst first."""
    shown = screen.shown(view)
    suspects = [suspect for suspect in screen.explorer.suspects if shown[suspect.row]]
    of_kind = [suspect for suspect in suspects if suspect.kind == view.suspects]
    kinds = [
        {
            "kind": kind,
            "title": SUSPECT_TITLES[kind].capitalize(),
            "explanation": WHY_SUSPECT[kind],
            "count": sum(suspect.kind == kind for suspect in suspects),
        }
        for kind in KINDS
    ]
    rows = [
        {**unsought_row_of(screen.explorer.posts[each.row], screen.colors), "reason": _reason(screen, each)}
        for each in of_kind[: view.n_suspects]
    ]
    return {"kinds": kinds, "chosen": view.suspects, "rows": rows, "n_found": len(of_kind)}


def _reason(screen: Screen, suspect: Suspect) -> str:
    if suspect.kind == MISLABELED:
        return f"{suspect.score:.0%} of its neighbors are in {suspect.newsgroup}"
    if suspect.other is not None:
        other = screen.explorer.posts[suspect.other]
        return f"{suspect.score:.2f} similar to “{other.subject[:SUBJECT_CHARACTERS]}” in {other.newsgroup}"
    return f"its neighbors are {suspect.score:.2f} similar to it"
