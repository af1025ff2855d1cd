"""The verb that places posts on a map."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, asked
from explorer.verbs.verb import Verb, add_seed
from explorer.verbs.wire import Told
from ingest.console import note, print_json, print_line, print_table
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer.plan import Plan

# How the command line calls the parameters of projections.
PARAMETERS = {"n_neighbors": "--n-neighbors", "min_dist": "--min-dist", "perplexity": "--perplexity"}


def run(options: argparse.Namespace) -> None:
    """Print each post's place, or write it to a file, and say how far the map can be trusted."""
    write = _writer(options.out)
    document = asked(answer, options)
    if write:
        write(document["points"])
    if options.json:
        print_json(document)
    else:
        _show(document, options)


def answer(library: Library, options: argparse.Namespace, progress: Told) -> Document:
    """Return each post's place, and how far the map can be trusted."""
    plan = _plan_of(options)
    with library.explorer(options, progress) as explorer:
        with progress.stage(f"{options.method} of {len(explorer.posts):,} posts"):
            projection = explorer.project(plan)
        return answers.of_projection(plan, projection, explorer.trust(projection), explorer.posts)


def _show(document: Document, options: argparse.Namespace) -> None:
    from explorer.trust import Trust

    points = document["points"]
    if options.out:
        print_line(f"{len(points):,} points written to {options.out}")
    else:
        print_table(("id", "x", "y"), [(p["id"], f"{p['x']:.3f}", f"{p['y']:.3f}") for p in points])
    note(f"{Trust(**document['trust']).sentence(_plan_of(options).title)}.")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are placed, and where their places are written."""
    parser.add_argument("--method", default="umap", metavar="NAME", help="umap, tsne or pca (default: umap)")
    parser.add_argument("--n-neighbors", type=int, metavar="N", help="of umap, from 2 to 200 (default: 15)")
    parser.add_argument("--min-dist", type=float, metavar="D", help="of umap, from 0 to 1 (default: 0.1)")
    parser.add_argument("--perplexity", type=float, metavar="P", help="of tsne, from 2 to 200 (default: 30)")
    add_seed(parser)
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write the map to a file")


def _plan_of(options: argparse.Namespace) -> Plan:
    """Return the plan that the options say, refusing a parameter that the projection does not take."""
    from explorer.plan import Plan
    from explorer.projection import FEWEST_POSTS, require_method

    takes = require_method(options.method, FEWEST_POSTS).takes
    given = {name: getattr(options, name) for name in PARAMETERS if getattr(options, name) is not None}
    for name in given:
        if name not in takes:
            known = " and ".join(PARAMETERS[each] for each in takes) or "no parameters"
            raise UserError(f"{options.method} does not take {PARAMETERS[name]}: it takes {known}.")
    return Plan.of({"method": options.method, "seed": options.seed, **given})


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


PROJECT = Verb("Place the posts on a map.", "--method pca --out map.csv", add_options, run, answer=answer)
