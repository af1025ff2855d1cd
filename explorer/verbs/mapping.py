"""The verb that places posts on a map."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import answers
from explorer.answers import Document
from explorer.exporting import writing
from explorer.verbs.asking import Library, asked
from explorer.verbs.carrying import require_folder
from explorer.verbs.verb import Verb, add_seed
from explorer.verbs.wire import Listener
from ingest.console import note, print_json, print_line, print_table
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.picture import Picture
    from explorer.plan import Plan

# How the command line calls the parameters of projections.
PARAMETERS = {"n_neighbors": "--n-neighbors", "min_dist": "--min-dist", "perplexity": "--perplexity"}
CSV = ".csv"

Points = list[dict[str, Any]]


def run(options: argparse.Namespace) -> None:
    """Print each post's place, or write or draw the map, and say how far it can be trusted."""
    _require_writable(options)
    document = asked(answer, options)
    if options.out and _is_csv(options.out):
        _write_csv(options.out, document["points"])
    if options.json:
        print_json(document)
    else:
        _show(document, options)


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> Document:
    """Return each post's place, and how far the map can be trusted."""
    plan = _plan_of(options)
    with library.explorer(options, progress) as explorer:
        with progress.stage(f"{options.method} of {len(explorer.posts):,} posts") as advance:
            projection = library.project(explorer, plan, advance)
        document = answers.of_projection(plan, projection, explorer.trust(projection), explorer.posts)
        if options.out and not _is_csv(options.out):
            with progress.stage(f"draw {len(explorer.posts):,} posts"):
                library.deliver(_picture(explorer, plan, options).save, options.out)
        return document


def _is_csv(path: Path) -> bool:
    """Tell whether the points of the answer are written, which needs no drawing."""
    return path.suffix.lower() == CSV


def _show(document: Document, options: argparse.Namespace) -> None:
    from explorer.trust import Trust

    points = document["points"]
    if options.out:
        print_line(f"{len(points):,} points written to {options.out}")
    else:
        print_table(("id", "x", "y"), [(p["id"], f"{p['x']:.3f}", f"{p['y']:.3f}") for p in points])
    note(f"{Trust(**document['trust']).sentence(_plan_of(options).title)}.")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are placed, and where their places are written or drawn."""
    parser.add_argument("--method", default="umap", metavar="NAME", help="umap, tsne or pca (default: umap)")
    parser.add_argument("--n-neighbors", type=int, metavar="N", help="of umap, from 2 to 200 (default: 15)")
    parser.add_argument("--min-dist", type=float, metavar="D", help="of umap, from 0 to 1 (default: 0.1)")
    parser.add_argument("--perplexity", type=float, metavar="P", help="of tsne, from 2 to 200 (default: 30)")
    add_seed(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the map to a .csv, .html, .png or .svg")
    drawing = parser.add_argument_group("drawing", "to .html, .png and .svg")
    drawing.add_argument(
        "--color",
        default="newsgroup",
        metavar="NAME",
        help="newsgroup, cluster, subset, suspect, similarity or placement (default: newsgroup)",
    )
    drawing.add_argument("-k", type=int, default=20, metavar="K", help="of clusters to color by (default: 20)")
    drawing.add_argument("--question", default="", metavar="TEXT", help="whose similarity to color by")
    drawing.add_argument("--dark", action="store_true", help="draw on a dark ground; .html does as the browser prefers")


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


def _require_writable(options: argparse.Namespace) -> None:
    """Refuse a file that cannot be written or drawn before any work."""
    from explorer.painting import require_painter
    from explorer.picture import DRAWERS

    require_painter(options.color)
    path: Path | None = options.out
    if path is None:
        return
    require_folder(path)
    if path.suffix.lower() not in (CSV, *DRAWERS):
        kind = path.suffix or "a file without an ending"
        raise UserError(f"A map cannot be written as {kind}: choose from {', '.join((CSV, *DRAWERS))}.")


def _picture(explorer: Explorer, plan: Plan, options: argparse.Namespace) -> Picture:
    return explorer.show(plan, options.color, clustering=options.k, question=options.question, is_dark=options.dark)


def _write_csv(path: Path, points: Iterable[dict[str, Any]]) -> None:
    with writing(path) as file:
        writer = csv.DictWriter(
            TextIOWrapper(file, "utf-8", newline="", write_through=True), ("id", "newsgroup", "x", "y")
        )
        writer.writeheader()
        writer.writerows(points)


PROJECT = Verb(
    "Place the posts on a map.", "--method pca --out map.html --color cluster", add_options, run, answer=answer
)
