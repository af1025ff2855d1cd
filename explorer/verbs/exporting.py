"""The verb that takes things away: posts with what is known of them, and embeddings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.verbs.clustering import read_task_type
from explorer.verbs.verb import Verb, add_filters, add_seed, filters_of, opened
from ingest.bars import ConsoleProgress
from ingest.console import print_json, print_line
from ingest.embedders import TaskType
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.extracting import Extract

NONE = "none"  # in place of a method: no such column


def run(options: argparse.Namespace) -> None:
    """Write what was asked for, and say how much of it there is."""
    _require_writable(options)
    written: dict[str, int] = {}
    with (
        opened(options, ConsoleProgress()) as explorer,
        ConsoleProgress().stage(f"export {len(explorer.posts):,} posts"),
    ):
        if options.out:
            written[str(options.out)] = explorer.export(options.out, _extract(explorer, options))
        if options.embeddings:
            written[str(options.embeddings)] = explorer.export_vectors(options.embeddings, options.task_type)
    if options.json:
        print_json({"written": [{"path": path, "n_posts": n_posts} for path, n_posts in written.items()]})
        return
    for path, n_posts in written.items():
        print_line(f"{n_posts:,} posts written to {path}")


def _require_writable(options: argparse.Namespace) -> None:
    """Refuse what cannot be written before any work."""
    from explorer.exporting import require_vector_writer, require_writer

    if not (options.out or options.embeddings):
        raise UserError("Nothing to export to: name a .csv, .jsonl or .parquet file, or --embeddings FILE.npz.")
    if options.out:
        require_writer(options.out)
    if options.embeddings:
        require_vector_writer(options.embeddings)


def _extract(explorer: Explorer, options: argparse.Namespace) -> Extract:
    from explorer.extracting import Extract

    projection = None if options.method == NONE else explorer.project(options.method, seed=options.seed)
    clustering = explorer.cluster(options.k, seed=options.seed) if options.k else None
    return Extract(projection, clustering, options.question, filters_of(options))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what is written, and where to."""
    parser.add_argument(
        "out", nargs="?", type=Path, metavar="OUT", help="posts, coordinates and clusters: a .csv, .jsonl or .parquet"
    )
    parser.add_argument("--question", default="", metavar="TEXT", help="add how similar each post is to it")
    parser.add_argument("-k", type=int, default=20, metavar="K", help="the number of clusters, 0: none (default: 20)")
    parser.add_argument("--method", default="umap", metavar="NAME", help="umap, tsne, pca or none (default: umap)")
    add_seed(parser)
    add_filters(parser)
    parser.add_argument("--embeddings", type=Path, metavar="FILE", help="the embeddings: a .npz or .parquet")
    parser.add_argument(
        "--task-type", type=read_task_type, default=TaskType.CLUSTERING, metavar="TYPE", help="of the embeddings"
    )


EXPORT = Verb("Write posts, coordinates, clusters and embeddings to files.", "posts.csv -k 12", add_options, run)
