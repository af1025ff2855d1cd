"""The ingest's command line: ``python -m ingest [SOURCE] [options]``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import suppress

from ingest.bars import ConsoleProgress
from ingest.console import leave, note, print_json, print_line, run, take_for_interrupts
from ingest.corpora import SOURCES, auto, name_of, read_corpus
from ingest.embedders import Embedder, choose_embedder, make_embedder
from ingest.embedders.pace import Sending
from ingest.errors import BusyStoreError, UserError
from ingest.estimate import estimate, require_affordable
from ingest.inventory import megabytes, n_bytes_in
from ingest.job import StoppedIngestError, holds_posts, ingest
from ingest.naming import called
from ingest.options import columns_of, limits_of, order_of, parse
from ingest.order import select_posts
from ingest.parser import make_parser
from ingest.posts import Corpus
from ingest.reports import report_estimates, report_models, report_summary, report_verdicts
from ingest.store import Store, cache_in, wait_until_free
from ingest.storing import open_store
from ingest.verification import verify

INTERRUPTED = "Interrupted: what was embedded is kept; run the same command again to go on."


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, run, and return the exit status."""
    options = parse(arguments)
    instead: dict[str, Callable[[argparse.Namespace, ConsoleProgress], None]] = {
        "dry_run": _dry_run,
        "list_models": _list_models,
        "verify": _verify,
        "rebuild": _rebuild,
    }
    action = next((instead[name] for name in instead if getattr(options, name)), _ingest)
    return run(lambda: action(options, ConsoleProgress()), interrupted=INTERRUPTED)


def _ingest(options: argparse.Namespace, progress: ConsoleProgress) -> None:
    order = order_of(options)
    if options.source != "auto":
        name_of(options.source)  # what is mistyped is told before there is a store
    with _open(options, progress, create=True) as store:
        source = _source(options, store)
        name = options.corpus or name_of(source)
        if options.if_empty and holds_posts(store, name):
            _report_nothing_to_do(name, as_json=options.json)
            return
        embedder = _embedder(options, progress)
        corpus = _read(options, source, progress)
        try:
            summary = ingest(corpus, order, embedder, store, progress)
        except StoppedIngestError as stopped:
            if options.json or stopped.summary.has_effect:
                with suppress(BrokenPipeError):
                    report_summary(stopped.summary, progress.seconds, as_json=options.json)
            raise
    report_summary(summary, progress.seconds, as_json=options.json)


def _report_nothing_to_do(corpus: str, *, as_json: bool) -> None:
    note(f"The store holds posts of {corpus} already: nothing to do.")
    if as_json:
        print_json({"corpus": corpus, "n_embedded": 0, "n_written": 0})


def _dry_run(options: argparse.Namespace, progress: ConsoleProgress) -> None:
    order = order_of(options)
    embedder = _embedder(options, progress)
    corpus = _read(options, _source(options), progress)
    posts = select_posts(corpus, order).posts
    with cache_in(options.store) as cache, progress.stage("estimate"):
        estimates = estimate(posts, order, embedder, cache)
    is_billed = embedder.usd_per_million_tokens != 0
    cleaning = str(order.cleaning.of(corpus))
    report_estimates(estimates, cleaning, limits_of(options), is_billed=is_billed, as_json=options.json)
    if order.max_usd is not None:
        require_affordable(estimates, order.max_usd)


def _list_models(options: argparse.Namespace, progress: ConsoleProgress) -> None:
    from ingest.embedders.gemini import GeminiEmbedder

    report_models(GeminiEmbedder().list_models(), as_json=options.json)


def _verify(options: argparse.Namespace, progress: ConsoleProgress) -> None:
    with _open(options, progress) as store:
        verdicts = verify(store, options.corpus, progress)
    report_verdicts(verdicts, as_json=options.json)
    if any(verdict.faults for verdict in verdicts):
        raise UserError("Not every collection is sound: see its verdict above.")


def _rebuild(options: argparse.Namespace, progress: ConsoleProgress) -> None:
    with _open(options, progress) as store:
        before = n_bytes_in(store.chroma)
        store.rebuild(progress)
        names = [manifest.collection for manifest in store.manifests()]
        after = n_bytes_in(store.chroma)
    if options.json:
        print_json({"collections": names, "megabytes_before": round(before / 1e6), "megabytes": round(after / 1e6)})
        return
    on_disk = "" if store.place.is_shared else f", {megabytes(after)} on disk, {megabytes(before)} before"
    print_line(f"Made anew from the embedding cache: {len(names)} collections{on_disk}.")


def _open(options: argparse.Namespace, progress: ConsoleProgress, *, create: bool = False) -> Store:
    """Open the store, once a process that is about to end by itself has let go of it."""
    try:
        return open_store(options, create=create)
    except BusyStoreError:
        note(f"Waiting for the store {options.store}: what another process began to write is not finished.")
        with progress.stage("wait"):
            wait_until_free(options.store)
        return open_store(options, create=create)


def _source(options: argparse.Namespace, store: Store | None = None) -> str:
    if options.source != "auto":
        return str(options.source)
    held = [name for name in SOURCES if store and options.if_empty and holds_posts(store, name)]
    choice = auto.choose_source(held)
    if choice.reason:
        note(choice.reason)
    return choice.source


def _read(options: argparse.Namespace, source: str, progress: ConsoleProgress) -> Corpus:
    with progress.stage(f"read {source}"):
        corpus = read_corpus(source, columns_of(options))
    return called(corpus, options.corpus, source)


def _embedder(options: argparse.Namespace, progress: ConsoleProgress) -> Embedder:
    name = options.embedder
    if name == "auto":
        name, reason = choose_embedder(os.environ)
        note(reason)
    return make_embedder(name, options.model, options.dimensions, Sending(limits_of(options), tell=progress.say))


def script() -> None:
    """Be the whole process; to a shell that asks for completions, tell them."""
    if "_ARGCOMPLETE" in os.environ:
        from argcomplete import autocomplete

        autocomplete(make_parser())
    take_for_interrupts("SIGTERM", "SIGHUP")
    leave(main())


if __name__ == "__main__":
    script()
