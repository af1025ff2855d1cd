"""A record: a post as a collection keeps it, and as Chroma takes and returns it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.embedding_cache import sha256_of
from ingest.posts import Post


@dataclass(frozen=True, slots=True)
class Record:
    """A post with the hash of its text as sent to the model, by which the embedding cache knows its vector."""

    post: Post
    sent_hash: str

    @property
    def content_hash(self) -> str:
        """A hash that changes with whatever a store keeps of the post."""
        post = self.post
        parts = (post.newsgroup, post.subset, post.subject, str(post.truncated), post.text, self.sent_hash)
        return sha256_of("\n".join(parts))

    def as_metadata(self) -> dict[str, str | int | bool]:
        post = self.post
        return {
            "newsgroup": post.newsgroup,
            "subset": post.subset,
            "subject": post.subject,
            "n_characters": len(post.text),
            "content_hash": self.content_hash,
            "sent_hash": self.sent_hash,
            "truncated": post.truncated,
        }


def fingerprint(content_hashes: Mapping[str, str]) -> str:
    """Return what changes whenever a collection's posts do, or their order."""
    return sha256_of(repr(list(content_hashes.items())))[:16]


def posts_in(page: Mapping[str, Any]) -> list[Post]:
    """Return the posts in what Chroma answers."""
    return [
        Post(post_id, meta["newsgroup"], meta["subset"], meta["subject"], text, meta["truncated"])
        for post_id, meta, text in zip(page["ids"], page["metadatas"], page["documents"], strict=True)
    ]


def records_in(page: Mapping[str, Any]) -> list[Record]:
    hashes = (metadata["sent_hash"] for metadata in page["metadatas"])
    return [Record(post, sent_hash) for post, sent_hash in zip(posts_in(page), hashes, strict=True)]
