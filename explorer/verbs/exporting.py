"""The verb that takes things away: posts with what is known of them, and embeddings."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.answers import Document
from explorer.verbs.asking import Library, asked
from explorer.verbs.carrying import require_folder
from explorer.verbs.grouping import add_grouping, clustered, given_grouping, misgrouped
from explorer.verbs.mapping import PROJECTIONS, mapped
from explorer.verbs.verb import Verb, add_filters, add_seed, filters_of, given_among, given_filters
from explorer.verbs.wire import Listener
from ingest.console import print_json, print_line

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.extracting import Extract
    from explorer.plan import Plan
    from explorer.projection import Projection

NONE = "none"  # in place of a projection: no coordinates


def run(options: argparse.Namespace) -> None:
    """Write what was asked for, and say how much of it there is."""
    _require_writable(options)
    written = asked(answer, options)
    if options.json:
        print_json({"written": written})
        return
    for file in written:
        print_line(f"{file['n_posts']:,} posts written to {file['path']}")


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> list[Document]:
    """Deliver the files that are asked for, and return the number of posts in each."""
    with (
        library.explorer(options, progress) as explorer,
        progress.stage(f"export {len(explorer.posts):,} posts"),
    ):
        files = []
        if options.out:
            plan = _plan_of(options)
            projection = mapped(library, explorer, plan, progress) if plan else None
            export = partial(explorer.export, extract=_extract(explorer, projection, options))
            files.append(_written(options.out, library.deliver(export, options.out)))
        if options.embeddings:
            export = partial(explorer.export_vectors, task_type=options.task_type)
            files.append(_written(options.embeddings, library.deliver(export, options.embeddings)))
        return files


def _written(path: Path, n_posts: int) -> Document:
    return {"path": str(path), "n_posts": n_posts}


def _require_writable(options: argparse.Namespace) -> None:
    """Refuse what cannot be written before any work."""
    from explorer.exporting import require_vector_writer, require_writer

    if options.out:
        require_writer(options.out)
        require_folder(options.out)
    if options.embeddings:
        require_folder(options.embeddings)
        require_vector_writer(options.embeddings)


def _plan_of(options: argparse.Namespace) -> Plan | None:
    from explorer.plan import Plan

    return None if options.map == NONE else Plan(options.map, options.seed)


def _extract(explorer: Explorer, projection: Projection | None, options: argparse.Namespace) -> Extract:
    from explorer.extracting import Extract

    clustering = None if options.k == 0 else clustered(explorer, options)
    return Extract(projection, clustering, options.question, filters_of(options))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what is written, and where to."""
    parser.add_argument(
        "out",
        nargs="?",
        type=Path,
        metavar="OUT",
        help="posts, coordinates and clusters: a .csv, .jsonl or .parquet. A .csv has every text as it is; to a "
        "spreadsheet, one that begins with = + - or @ is a formula: import such columns as text",
    )
    parser.add_argument("--question", default="", metavar="TEXT", help="add how similar each post is to it")
    parser.add_argument(
        "--map",
        choices=(*PROJECTIONS, NONE),
        default=PROJECTIONS[0],
        help="how posts are placed (default: umap)",
    )
    add_seed(parser)
    add_filters(parser.add_argument_group("which posts"))
    add_grouping(parser.add_argument_group("clusters", "of all posts, as `cluster` makes them; -k 0: none"))
    parser.add_argument(
        "--embeddings", type=Path, metavar="FILE", help="the embeddings of --task-type, all of them: a .npz or .parquet"
    )


def misused(options: argparse.Namespace) -> str:
    """Tell that there is no file to write to, or what is given in vain where only embeddings are written."""
    if options.out:
        return _ungrouped(options) if options.k == 0 else misgrouped(options)
    if not options.embeddings:
        return "nothing to export to: name a .csv, .jsonl or .parquet file, or --embeddings FILE.npz"
    given = {"--question": options.question, "--map": options.map != PROJECTIONS[0], "--seed": options.seed}
    grouping = [each for each in given_grouping(options) if each != "--task-type"]
    in_vain = [*given_among(given), *given_filters(options), *grouping]
    return f"--embeddings alone takes no {', '.join(in_vain)}: name a file for posts, too" if in_vain else ""


def _ungrouped(options: argparse.Namespace) -> str:
    of_others = ("-k", "--task-type") if options.embeddings else ("-k",)
    in_vain = [each for each in given_grouping(options) if each not in of_others]
    return f"-k 0 makes no clusters, and takes no {', '.join(in_vain)}: leave out either" if in_vain else ""


EXPORT = Verb(
    "Write posts, coordinates, clusters and embeddings to files.",
    "posts.csv -k 12",
    add_options,
    run,
    answer=answer,
    misused=misused,
)
