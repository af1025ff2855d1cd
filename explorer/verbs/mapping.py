"""The verb that places posts on a map."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from explorer.verbs.verb import Verb, add_seed, opened
from ingest.bars import ConsoleProgress
from ingest.console import print_json, print_line, print_table
from ingest.errors import UserError


def run(options: argparse.Namespace) -> None:
    """Print each post's place, or write it to a file."""
    write = _writer(options.out)
    with opened(options) as explorer:
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


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are placed, and where their places are written."""
    parser.add_argument("--method", default="umap", metavar="NAME", help="umap, tsne or pca (default: umap)")
    add_seed(parser)
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write the map to a file")


def _writer(path: Path | None) -> Callable[[Iterable[dict[str, Any]]], None] | None:
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


PROJECT = Verb("Place the posts on a map.", "--method pca --out map.csv", add_options, run)
