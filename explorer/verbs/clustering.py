"""The verb that groups posts."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, printed
from explorer.verbs.grouping import DEFAULT_K, METHODS, add_grouping, clustered
from explorer.verbs.verb import Verb, add_seed
from explorer.verbs.wire import Told
from ingest.console import note, print_line, print_table
from ingest.embedders.gemini_titles import DEFAULT_MODEL as TITLES_MODEL
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.clustering import Clustering
    from explorer.labeling import ClusterSummary


def answer(library: Library, options: argparse.Namespace, progress: Told) -> Document:
    """Return each cluster in words and each post's cluster, or which number of clusters to choose."""
    if options.titles:
        _require_key(options.titles_model)
    with library.explorer(options, progress) as explorer:
        n_posts = len(explorer.posts)
        if options.suggest_k:
            with progress.stage(f"compare clusterings of {n_posts:,} posts"):
                return suggested(explorer, options)
        with progress.stage(f"cluster {n_posts:,} posts"):
            clustering = clustered(explorer, options)
            return answers.of_clustering(clustering, described(explorer, clustering, options, progress))


def show(document: Document, options: argparse.Namespace) -> None:
    """Print each cluster's size, majority newsgroup and telling terms, or what each number of clusters is like."""
    if options.suggest_k:
        _show_suggested(document)
        return
    last = "title" if any(each["title"] for each in document["clusters"]) else "telling terms"
    print_table(
        ("cluster", "posts", "majority newsgroup", "share", last),
        [_cells(each) for each in document["clusters"]],
        cut=(last,),
    )
    if document["n_noise"]:
        note(f"{document['n_noise']:,} posts are in no cluster.")


def _cells(summary: Document) -> tuple[str, ...]:
    words = summary["title"] or ", ".join(summary["terms"])
    size, share = f"{summary['size']:,}", f"{summary['majority_share']:.2f}"
    return (str(summary["cluster"]), size, summary["majority_newsgroup"], share, words)


def _require_key(model: str) -> None:
    """Refuse to write titles without a key, before any work."""
    from ingest.embedders.gemini_titles import GeminiTitles

    GeminiTitles(model).require_ready()


def described(
    explorer: Explorer, clustering: Clustering, options: argparse.Namespace, progress: Told
) -> list[ClusterSummary]:
    """Describe the clusters, with titles where the options ask for some and they can be written."""
    if not options.titles:
        return explorer.describe(clustering)
    try:
        titled = explorer.title(clustering, model=options.titles_model)
    except UserError as refused:
        progress.say(f"No cluster has a new title, and terms stand instead. {refused}")
        return explorer.describe(clustering)
    if titled.note:
        progress.say(titled.note)
    return titled.summaries


def suggested(explorer: Explorer, options: argparse.Namespace) -> Document:
    """Return what each number of clusters is like, and the one to recommend."""
    from explorer.sweep import recommended

    rows = list(explorer.sweep(task_type=options.task_type))
    return {"rows": [asdict(row) for row in rows], **asdict(recommended(rows))}


def _show_suggested(document: Document) -> None:
    print_table(
        ("k", "silhouette", "stability", "adjusted Rand", "inertia"), [_figures(row) for row in document["rows"]]
    )
    print_line(f"\n{document['reason']}")


def _figures(row: Document) -> tuple[str, ...]:
    figures = (row["silhouette"], row["stability"], row["agreement"])
    shown = ("" if figure is None else f"{figure:.3f}" for figure in figures)
    return (str(row["n_clusters"]), *shown, f"{row['inertia']:,.1f}")


def misused(options: argparse.Namespace) -> str:
    """Tell what is given in vain: numbers of clusters are judged as KMeans makes them by default."""
    given = {
        "-k": options.k != DEFAULT_K,
        "--method": options.method != METHODS[0],
        "--smooth or --no-smooth": options.smooth is not None,
        "--seed": options.seed != 0,
        "--titles": options.titles,
    }
    in_vain = [option for option, is_given in given.items() if is_given]
    return f"--suggest-k takes no {', '.join(in_vain)}" if options.suggest_k and in_vain else ""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are grouped, and what tells how many groups there are."""
    add_grouping(parser)
    add_seed(parser)
    parser.add_argument(
        "--suggest-k", action="store_true", help="say which number of clusters to choose, and why, instead"
    )
    parser.add_argument(
        "--titles", action="store_true", help="let Gemini write a title for each cluster: needs a key, is paid for once"
    )
    parser.add_argument(
        "--titles-model", default=TITLES_MODEL, metavar="ID", help=f"the model that writes (default: {TITLES_MODEL})"
    )


CLUSTER = Verb("Group the posts.", "-k 12", add_options, printed(answer, show), answer=answer, misused=misused)
