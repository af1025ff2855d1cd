"""A record: a post as a collection keeps it."""

from __future__ import annotations

from dataclasses import dataclass

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
