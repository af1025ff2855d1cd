"""Answers: results as plain objects, which the command line prints as JSON and which HTTP and MCP return."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from explorer.snippets import snippet

if TYPE_CHECKING:
    from explorer.classification import Classification
    from explorer.classifier import Guess
    from explorer.clustering import Clustering
    from explorer.comparing import Comparison, SideBySide
    from explorer.evaluation import Evaluation
    from explorer.labeling import ClusterSummary
    from explorer.plan import Plan
    from explorer.projection import Projection
    from explorer.search import Hit
    from explorer.selection import Explanation, Member
    from explorer.trust import Trust
    from ingest.inventory import Holding
    from ingest.posts import Post
    from ingest.store import ForeignCollection, Manifest

N_MISTAKES = 10

Document = dict[str, Any]


def of_hits(hits: Iterable[Hit]) -> list[Document]:
    return [_of_hit(hit) for hit in hits]


def _of_hit(hit: Hit) -> Document:
    post = hit.post
    return {
        "id": post.id,
        "newsgroup": post.newsgroup,
        "subject": post.subject,
        "similarity": None if math.isnan(hit.similarity) else hit.similarity,
        "text": post.text,
        "words": hit.words,
        "meaning_rank": hit.meaning_rank,
        "keywords_rank": hit.keywords_rank,
    }


def of_post(post: Post) -> Document:
    return {name: getattr(post, name) for name in ("id", "newsgroup", "subset", "subject", "text")}


def of_clustering(clustering: Clustering, summaries: Iterable[ClusterSummary]) -> Document:
    return {
        "method": clustering.method,
        "task_type": clustering.task_type,
        "k": clustering.n_clusters,
        "n_noise": clustering.n_noise,
        "smoothed": clustering.is_smoothed,
        "seed": clustering.seed,
        "inertia": clustering.inertia,
        "clusters": [asdict(summary) for summary in summaries],
        "labels": dict(zip(clustering.post_ids, clustering.labels.tolist(), strict=True)),
    }


def of_explanation(found: Explanation, posts: Sequence[Post]) -> Document:
    """Tell what sets some of the posts apart, with ids in place of rows."""
    pairs, similarities = found.near_duplicates.pairs.tolist(), found.near_duplicates.similarities.tolist()
    return {
        "n_posts": found.n_posts,
        "share": found.share,
        "mix": [asdict(each) for each in found.mix],
        "terms": found.terms,
        "typical": [_of_member(each, posts) for each in found.typical],
        "unusual": [_of_member(each, posts) for each in found.unusual],
        "near_duplicates": [
            {"ids": [posts[row].id for row in pair], "similarity": similarity}
            for pair, similarity in zip(pairs, similarities, strict=True)
        ],
    }


def _of_member(member: Member, posts: Sequence[Post]) -> Document:
    post = posts[member.row]
    return {
        "id": post.id,
        "newsgroup": post.newsgroup,
        "subject": post.subject,
        "snippet": snippet(post.text, post.subject),
        "similarity": member.similarity,
    }


def of_projection(plan: Plan, projection: Projection, trust: Trust, posts: Sequence[Post]) -> Document:
    return {
        "method": plan.method,
        "seed": plan.seed,
        "parameters": plan.taken,
        "trust": asdict(trust),
        "points": of_points(projection, posts),
    }


def of_points(projection: Projection, posts: Sequence[Post]) -> list[Document]:
    return [
        {"id": post.id, "newsgroup": post.newsgroup, "x": x, "y": y}
        for post, (x, y) in zip(posts, projection.coordinates.tolist(), strict=True)
    ]


def of_evaluations(found: Mapping[str, Evaluation], task_types: Iterable[Comparison]) -> Document:
    """Tell how a clustering agrees with newsgroups, by what these are called, and how task types compare."""
    evaluations = {against: _of_evaluation(each) for against, each in found.items()}
    return {**evaluations, "task_types": [asdict(each) for each in task_types]}


def _of_evaluation(found: Evaluation) -> Document:
    return {**asdict(found), "confusion": found.confusion.tolist()}


def of_side_by_side(found: SideBySide) -> Document:
    return {
        "n_posts": found.n_posts,
        "n_left_out": found.n_left_out,
        "overlap": {**asdict(found.overlap), "counts": found.overlap.counts.tolist()},
        "differences": [{**asdict(each), "change": each.change} for each in found.differences],
    }


def of_classification(found: Classification, post_ids: Sequence[str]) -> Document:
    return {
        "classifier": found.model,
        "split": found.split.origin,
        "accuracy": found.accuracy,
        "baselines": {each.name: each.accuracy for each in found.baselines},
        "epochs": [asdict(epoch) for epoch in found.epochs],
        "scores": [asdict(score) for score in found.scores],
        "confusion": found.confusion.tolist(),
        "mistakes": of_mistakes(found, post_ids),
    }


def of_mistakes(found: Classification, post_ids: Sequence[str]) -> list[Document]:
    """Return the most confident mistakes with the ids of their posts."""
    return [{"id": post_ids[each.row], **asdict(each)} for each in found.mistakes(N_MISTAKES)]


def of_guesses(guesses: Iterable[Guess]) -> list[Document]:
    return [asdict(guess) for guess in guesses]


def of_holdings(holdings: Sequence[Holding]) -> list[Document]:
    """Return the manifests with what is known of what they are of."""
    rows = zip(of_manifests(each.manifest for each in holdings), holdings, strict=True)
    return [{**row, "state": each.state, "index_bytes": each.n_bytes} for row, each in rows]


def of_foreign(found: ForeignCollection) -> Document:
    """Tell what a collection is that this project did not make, with its metadata fields."""
    manifest = found.manifest
    return {
        "collection": manifest.collection,
        "made_elsewhere": True,
        "n_posts": manifest.n_posts,
        "dimensions": manifest.dimensions,
        "space": manifest.metric,
        "embedder": manifest.embedder,
        "model": manifest.model if manifest.embedder else "",
        "label": found.label,
        "fields": [
            {"name": each.name, "kind": each.kind, "n_records": each.n_records, "n_distinct": each.n_distinct}
            for each in found.fields
        ],
    }


def is_foreign(document: Document) -> bool:
    """Tell whether a document is of a collection that this project did not make."""
    return "made_elsewhere" in document


def of_manifests(manifests: Iterable[Manifest]) -> list[Document]:
    return [{"collection": manifest.collection, **asdict(manifest)} for manifest in manifests]
