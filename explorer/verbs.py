"""The verbs of the command line: each opens, asks, and shows the answer as a table or as JSON."""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.bars import ConsoleProgress
from ingest.console import note, print_json, print_line, print_table
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.filters import Filters
    from explorer.search import Hit


def app(options: argparse.Namespace) -> None:
    from explorer.app import Address, serve

    address = Address(options.host, options.port, options.auth, open_browser=not options.no_browser)
    serve(options.store, options.corpus, options.model, address)


def search(options: argparse.Namespace) -> None:
    with _open(options) as explorer:
        found = explorer.search(options.text, options.n_results, _filters(options), mode=options.mode)
    _show_hits(found, options)


def similar(options: argparse.Namespace) -> None:
    from explorer.question import Question

    with _open(options) as explorer:
        found = explorer.search(Question(like=tuple(options.ids)), options.n_results, _filters(options))
    _show_hits(found, options)


def cluster(options: argparse.Namespace) -> None:
    with _open(options) as explorer, ConsoleProgress().stage(f"cluster {len(explorer.posts):,} posts"):
        clustering = explorer.cluster(options.k, seed=options.seed)
        summaries = explorer.describe(clustering)
    if options.json:
        labels = dict(zip(clustering.post_ids, clustering.labels.tolist(), strict=True))
        rows = [asdict(summary) for summary in summaries]
        print_json(
            {
                "k": clustering.n_clusters,
                "seed": options.seed,
                "inertia": clustering.inertia,
                "clusters": rows,
                "labels": labels,
            }
        )
        return
    print_table(
        ("cluster", "posts", "majority newsgroup", "share", "telling terms"),
        [
            (s.cluster, f"{s.size:,}", s.majority_newsgroup, f"{s.majority_share:.2f}", ", ".join(s.terms))
            for s in summaries
        ],
    )


def project(options: argparse.Namespace) -> None:
    write = _map_writer(options.out)
    with _open(options) as explorer:
        with ConsoleProgress().stage(f"{options.method} of {len(explorer.posts):,} posts"):
            projection = explorer.project(options.method, seed=options.seed)
        newsgroups = [post.newsgroup for post in explorer.posts]
    places = projection.coordinates.tolist()
    points = [
        {"id": post_id, "newsgroup": newsgroup, "x": x, "y": y}
        for post_id, newsgroup, (x, y) in zip(projection.post_ids, newsgroups, places, strict=True)
    ]
    if write:
        write(points)
    if options.json:
        print_json({"method": options.method, "seed": options.seed, "points": points})
    elif options.out:
        print_line(f"{len(points):,} points written to {options.out}")
    else:
        print_table(("id", "x", "y"), [(p["id"], f"{p['x']:.3f}", f"{p['y']:.3f}") for p in points])


def collections(options: argparse.Namespace) -> None:
    from explorer.choosing import named
    from ingest.store import Store

    with Store(options.store) as store:
        manifests = named(named(store.manifests(), "corpus", options.corpus), "model", options.model)
    if options.json:
        print_json([{"collection": manifest.collection, **asdict(manifest)} for manifest in manifests])
        return
    states = {True: "complete", False: "unfinished"}
    print_table(
        ("collection", "posts", "embedder", "cleaning", "state"),
        [(m.collection, f"{m.n_posts:,}", m.embedder, m.cleaning, states[m.complete]) for m in manifests],
    )


def _open(options: argparse.Namespace) -> Explorer:
    from explorer import Explorer

    explorer = Explorer.open(options.store, corpus=options.corpus, model=options.model)
    if not explorer.is_complete:
        note(f"The ingest of {explorer.manifest.corpus} is unfinished: these answers are from what is stored so far.")
    return explorer


def _filters(options: argparse.Namespace) -> Filters:
    from explorer.filters import Filters

    return Filters(tuple(options.newsgroup), options.subset, options.contains, options.min_similarity)


def _show_hits(hits: Sequence[Hit], options: argparse.Namespace) -> None:
    if options.json:
        print_json([_as_row(hit) for hit in hits])
        return
    if not hits:
        note("Nothing is that near, or everything is filtered out: ask for less.")
        return
    columns = WHY[options.mode]
    print_table(
        (*columns, "newsgroup", "subject", "id"),
        [
            (*(CELLS[column](hit) for column in columns), hit.post.newsgroup, hit.post.subject, hit.post.id)
            for hit in hits
        ],
    )


def _shown(rank: int | None) -> str:
    return "" if rank is None else f"{rank:,}"


# What a table tells in each mode of why a post was found.
WHY = {"meaning": ("similarity",), "keywords": ("words",), "hybrid": ("similarity", "meaning", "keywords")}
CELLS: dict[str, Callable[[Hit], str]] = {
    "similarity": lambda hit: f"{hit.similarity:.2f}",
    "words": lambda hit: ", ".join(hit.words),
    "meaning": lambda hit: _shown(hit.meaning_rank),
    "keywords": lambda hit: _shown(hit.keywords_rank),
}


def _as_row(hit: Hit) -> dict[str, Any]:
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


def _map_writer(path: Path | None) -> Callable[[Iterable[dict[str, Any]]], None] | None:
    """Return what writes a map to the path, refusing a kind of file that it cannot write before any work."""
    if path is None:
        return None
    if not path.parent.is_dir():
        raise UserError(f"The map cannot be written to {path} (no such folder): name another file.")
    if path.suffix.lower() != ".csv":
        raise UserError(f"A map cannot be written as {path.suffix or 'a file without an ending'}: name a .csv file.")
    return partial(_write_csv, path)


def _write_csv(path: Path, points: Iterable[dict[str, Any]]) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ("id", "newsgroup", "x", "y"))
            writer.writeheader()
            writer.writerows(points)
    except OSError as error:
        raise UserError(f"The map cannot be written to {path} ({error.strerror}): name another file.") from error
