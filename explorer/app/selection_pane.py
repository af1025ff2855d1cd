"""The selection's pane: what sets the posts that are shown apart from the rest."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from explorer.app.chips import named
from explorer.app.rows import Row, unsought_row_of
from explorer.app.scope import EVERYTHING
from explorer.app.screen import Screen
from explorer.app.view import LEAST, View

Props = dict[str, Any]

NOTHING_LEFT = "No post passes all that narrows them down: take something off."
NOTHING_SELECTED = "Lasso posts on the map, choose a cluster or set a filter, to see what sets them apart."
N_DUPLICATES = 5


def selection_of(screen: Screen, view: View) -> Props:
    """Return the explanation of what is selected; or why there is none, and how many posts there are all the same."""
    n_posts = int(screen.shown(view).sum())
    none = NOTHING_SELECTED if n_posts else NOTHING_LEFT
    return {"explanation": explanation_of(screen, view), "none": none, "n_posts": n_posts}


def explanation_of(screen: Screen, view: View) -> Props | None:
    """Return what sets the posts that are shown apart from the rest, or None where all are shown."""
    if view.scope == EVERYTHING and view.least <= LEAST:
        return None
    rows = np.flatnonzero(screen.shown(view))
    if not len(rows):
        return None
    found = screen.explorer.explain(rows)
    pairs = zip(found.near_duplicates.pairs.tolist(), found.near_duplicates.similarities.tolist(), strict=True)
    return {
        "title": named(view.scope) if view.scope != EVERYTHING else f"similarity at least {view.least:.2f}",
        "n_posts": len(rows),
        "n_all": screen.n_posts,
        "mix": [
            {
                "newsgroup": part.newsgroup,
                "color": screen.colors[part.newsgroup],
                "n_posts": part.n_posts,
                "share": part.share,
                "share_of_all": part.share_of_all,
            }
            for part in found.mix
        ],
        "terms": list(found.terms),
        "typical": [_row_at(screen, each.row, each.similarity) for each in found.typical],
        "unusual": [_row_at(screen, each.row, each.similarity) for each in found.unusual],
        "duplicates": [
            {"one": _row_at(screen, one), "other": _row_at(screen, other), "similarity": similarity}
            for (one, other), similarity in islice(pairs, N_DUPLICATES)
        ],
    }


def _row_at(screen: Screen, row: int, similarity: float | None = None) -> Row:
    return unsought_row_of(screen.explorer.posts[row], screen.colors, similarity)
