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
from explorer.verbs.asking import Library, asked
from explorer.verbs.carrying import require_folder
from explorer.verbs.coloring import COLORS, add_color
from explorer.verbs.grouping import add_grouping, clustered, given_grouping, misgrouped
from explorer.verbs.verb import Verb, add_seed, given_among
from explorer.verbs.wire import Listener
from explorer.writing import writing
from ingest.console import note, print_json, print_line, print_table
from ingest.errors import UserError
from ingest.progress import PERCENT, in_percent

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.picture import Picture
    from explorer.plan import Plan
    from explorer.projection import Projection

PROJECTIONS = ("umap", "tsne", "pca")
# How the command line calls the parameters of projections.
PARAMETERS = {"n_neighbors": "--n-neighbors", "min_dist": "--min-dist", "perplexity": "--perplexity"}
CSV = ".csv"
CLUSTER, SIMILARITY = "cluster", "similarity"  # the colors that need something besides
CLUSTER_METHOD = "--cluster-method"  # since --method is the projection's

Points = list[dict[str, Any]]


def run(options: argparse.Namespace) -> None:
    """Print each post's place, or write or draw the map, and say how far it can be trusted."""
    _require_writable(options)
    document = asked(answer, options)
    if options.out and not _is_drawn(options.out):
        _write_csv(options.out, document["points"])
    if options.json:
        print_json(document)
    else:
        _show(document, options)


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> Document:
    """Return each post's place, and how far the map can be trusted."""
    plan = _plan_of(options)
    with library.explorer(options, progress) as explorer:
        _require_colorable(explorer, options)
        projection = mapped(library, explorer, plan, progress)
        document = answers.of_projection(plan, projection, explorer.trust(projection), explorer.posts)
        if _is_drawn(options.out):
            with progress.stage(f"draw {len(explorer.posts):,} posts"):
                library.deliver(_picture(explorer, plan, options).save, options.out)
        return document


def mapped(library: Library, explorer: Explorer, plan: Plan, progress: Listener) -> Projection:
    """Return a map, which is a stage of its own; one that was there before is whole at once."""
    with progress.stage(f"{plan.method} of {len(explorer.posts):,} posts, percent", PERCENT) as advance:
        tell = in_percent(advance)
        projection = library.project(explorer, plan, tell)
        tell(1)
        return projection


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
    parser.add_argument(
        "--method",
        dest="projection",
        choices=PROJECTIONS,
        default=PROJECTIONS[0],
        help="how posts are placed (default: umap)",
    )
    parser.add_argument("--n-neighbors", type=int, metavar="N", help="of umap, from 2 to 200 (default: 15)")
    parser.add_argument("--min-dist", type=float, metavar="D", help="of umap, from 0 to 1 (default: 0.1)")
    parser.add_argument("--perplexity", type=float, metavar="P", help="of tsne, from 2 to 200 (default: 30)")
    add_seed(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the map to a .csv, .html, .png or .svg")
    drawing = parser.add_argument_group("drawing", "to .html, .png and .svg")
    add_color(drawing)
    drawing.add_argument("--question", default="", metavar="TEXT", help="of --color similarity: to what")
    drawing.add_argument("--dark", action="store_true", help="draw on a dark ground; .html does as the browser prefers")
    add_grouping(parser.add_argument_group("clusters", "of --color cluster, as `cluster` makes them"), CLUSTER_METHOD)


def misused(options: argparse.Namespace) -> str:
    """Tell what is given in vain: parameters of another projection, or what only some drawings show."""
    return _misplaced(options) or (_miscolored(options) if _is_drawn(options.out) else _undrawn(options))


def _misplaced(options: argparse.Namespace) -> str:
    from explorer.projection import METHODS

    takes = METHODS[options.projection].takes
    for name, option in PARAMETERS.items():
        if name not in takes and getattr(options, name) is not None:
            known = " and ".join(PARAMETERS[each] for each in takes) or "no parameters"
            return f"{options.projection} does not take {option}: it takes {known}"
    return ""


def _undrawn(options: argparse.Namespace) -> str:
    given = {"--color": options.color != COLORS[0], "--question": options.question, "--dark": options.dark}
    in_vain = [*given_among(given), *given_grouping(options, CLUSTER_METHOD)]
    drawn = "draw the map to .html, .png or .svg, or `export` clusters and similarities"
    return f"{', '.join(in_vain)} is for drawings alone: {drawn}" if in_vain else ""


def _miscolored(options: argparse.Namespace) -> str:
    grouping = given_grouping(options, CLUSTER_METHOD)
    if grouping and options.color != CLUSTER:
        return f"{', '.join(grouping)} is for --color cluster"
    if bool(options.question) != (options.color == SIMILARITY):
        return "--question TEXT and --color similarity go together: give both"
    return misgrouped(options)


def _is_drawn(path: Path | None) -> bool:
    """Tell whether there is a file, and not one to which the points of the answer are written as they are."""
    return path is not None and path.suffix.lower() != CSV


def _plan_of(options: argparse.Namespace) -> Plan:
    from explorer.plan import Plan

    given = {name: getattr(options, name) for name in PARAMETERS if getattr(options, name) is not None}
    return Plan.of({"method": options.projection, "seed": options.seed, **given})


def _require_writable(options: argparse.Namespace) -> None:
    """Refuse a file that cannot be written or drawn before any work."""
    from explorer.picture import DRAWERS

    path: Path | None = options.out
    if path is None:
        return
    require_folder(path)
    if path.suffix.lower() not in (CSV, *DRAWERS):
        kind = path.suffix or "a file without an ending"
        raise UserError(f"A map cannot be written as {kind}: choose from {', '.join((CSV, *DRAWERS))}.")


def _require_colorable(explorer: Explorer, options: argparse.Namespace) -> None:
    """Refuse a field that the posts do not have before any work."""
    if _is_drawn(options.out):
        from explorer.painting import require_painter

        require_painter(options.color, explorer.columns)


def _picture(explorer: Explorer, plan: Plan, options: argparse.Namespace) -> Picture:
    clustering = clustered(explorer, options) if options.color == CLUSTER else None
    return explorer.show(plan, options.color, clustering=clustering, question=options.question, is_dark=options.dark)


def _write_csv(path: Path, points: Iterable[dict[str, Any]]) -> None:
    with writing(path) as file:
        writer = csv.DictWriter(
            TextIOWrapper(file, "utf-8", newline="", write_through=True), ("id", "newsgroup", "x", "y")
        )
        writer.writeheader()
        writer.writerows(points)


PROJECT = Verb(
    "Place the posts on a map.",
    "--method pca --out map.html --color cluster",
    add_options,
    run,
    answer=answer,
    misused=misused,
)
