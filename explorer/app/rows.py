"""Rows: posts in the shape that the page's lists and its reader take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from explorer.search import Hit
from explorer.snippets import SUBJECT_CHARACTERS, snippet_of
from ingest.posts import Post
from ingest.store import Neighbor

Row = dict[str, Any]


def face_of(post: Post, colors: Mapping[str, str]) -> Row:
    """Return what is shown of a post wherever it is named."""
    subject = post.subject[:SUBJECT_CHARACTERS]
    return {"id": post.id, "newsgroup": post.newsgroup, "color": colors[post.newsgroup], "subject": subject}


def row_of(neighbor: Neighbor, colors: Mapping[str, str]) -> Row:
    """Return a neighbor with its similarity, and of a hit the words that match."""
    words = neighbor.words if isinstance(neighbor, Hit) else ()
    return {
        **face_of(neighbor.post, colors),
        "similarity": None if math.isnan(neighbor.similarity) else neighbor.similarity,
        "snippet": snippet_of(neighbor.post, words),
        "words": list(words),
    }


def fused_row_of(hit: Hit, colors: Mapping[str, str]) -> Row:
    """Return a hit with its ranks in the two rankings that were fused."""
    return {**row_of(hit, colors), "meaning_rank": hit.meaning_rank, "keywords_rank": hit.keywords_rank}


def unsought_row_of(post: Post, colors: Mapping[str, str], similarity: float | None = None) -> Row:
    """Return a post that no words were searched for in."""
    return {**face_of(post, colors), "similarity": similarity, "snippet": snippet_of(post), "words": []}
