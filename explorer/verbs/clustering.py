"""The verb that groups posts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, printed
from explorer.verbs.grouping import add_grouping, clustered, misgrouped
from explorer.verbs.suggesting import add_suggesting, misjudged, show_suggested, suggested
from explorer.verbs.verb import Verb, add_filters, add_seed, filters_of
from explorer.verbs.wire import Listener
from ingest.console import note, print_table
from ingest.embedders.gemini_titles import DEFAULT_MODEL as TITLES_MODEL
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.clustering import Clustering
    from explorer.labeling import ClusterSummary


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> Document:
    """Return each cluster in words and each post's cluster, or which number of clusters to choose."""
    if options.titles:
        _require_key(options.titles_model)
    with library.explorer(options, progress) as explorer:
        n_posts = int(explorer.matching(filters_of(options)).sum())
        if options.suggest_k is not None:
            return suggested(explorer, options, n_posts, progress)
        with progress.stage(f"cluster {n_posts:,} posts"):
            clustering = clustered(explorer, options, filters_of(options))
            return answers.of_clustering(clustering, described(explorer, clustering, options, progress))


def show(document: Document, options: argparse.Namespace) -> None:
    """Print each cluster's size, majority newsgroup and telling terms, or what each number of clusters is like."""
    if options.suggest_k is not None:
        show_suggested(document)
        return
    last = "title" if any(each["title"] for each in document["clusters"]) else "telling terms"
    print_table(
        ("cluster", "posts", "majority newsgroup", "share", last),
        [_cells(each) for each in document["clusters"]],
        cut=(last,),
    )
    if document["n_noise"]:
        note(f"{document['n_noise']:,} posts are noise, in no cluster.")


def _cells(summary: Document) -> tuple[str, ...]:
    words = summary["title"] or ", ".join(summary["terms"])
    size, share = f"{summary['size']:,}", f"{summary['majority_share']:.2f}"
    return (str(summary["cluster"]), size, summary["majority_newsgroup"], share, words)


def _require_key(model: str) -> None:
    """Refuse to write titles without a key, before any work."""
    from ingest.embedders.gemini_titles import GeminiTitles

    GeminiTitles(model).require_ready()


def described(
    explorer: Explorer, clustering: Clustering, options: argparse.Namespace, progress: Listener
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


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how posts are grouped, and what tells how many groups there are."""
    add_grouping(parser)
    add_seed(parser)
    add_suggesting(parser)
    add_filters(parser.add_argument_group("which posts"))
    parser.add_argument(
        "--titles", action="store_true", help="let Gemini write a title for each cluster: needs a key, is paid for once"
    )
    parser.add_argument(
        "--titles-model", default=TITLES_MODEL, metavar="ID", help=f"the model that writes (default: {TITLES_MODEL})"
    )


def misused(options: argparse.Namespace) -> str:
    """Tell what is given in vain."""
    return misjudged(options) or _untitled(options) or misgrouped(options)


def _untitled(options: argparse.Namespace) -> str:
    is_in_vain = options.titles_model != TITLES_MODEL and not options.titles
    return "--titles-model is for --titles: give both" if is_in_vain else ""


CLUSTER = Verb("Group the posts.", "-k 12", add_options, printed(answer, show), answer=answer, misused=misused)
