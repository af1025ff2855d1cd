"""The explorer's command line: ``python -m explorer [VERB] [options]``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from explorer import verbs
from explorer.question import MODES
from ingest.console import run

INTERRUPTED = "Interrupted."


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, run, and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(_with_verb(given))
    return run(lambda: options.run(options), interrupted=INTERRUPTED)


def _with_verb(arguments: list[str]) -> list[str]:
    """Put in ``app`` where no verb is given."""
    asks_for_help = arguments[:1] in (["-h"], ["--help"])
    names_verb = bool(arguments) and not arguments[0].startswith("-")
    return arguments if asks_for_help or names_verb else ["app", *arguments]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m explorer",
        description="Search, cluster and map the posts that `python -m ingest` stored. Without a verb: open the app.",
        epilog='example: python -m explorer search "why do shuttle launches slip?"',
    )
    options, output = _common_options(), _output_options()
    adders = parser.add_subparsers(metavar="VERB", required=True)
    for name, (run_verb, add_options, purpose) in VERBS.items():
        verb = adders.add_parser(
            name, help=purpose, description=purpose, parents=[options] if name == "app" else [options, output]
        )
        add_options(verb)
        verb.set_defaults(run=run_verb)
    return parser


def _common_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    store = Path(os.environ.get("EXPLORER_STORE") or "chroma_data")
    options.add_argument(
        "--store", type=Path, default=store, metavar="DIR", help="(default: chroma_data, or EXPLORER_STORE)"
    )
    options.add_argument("--corpus", metavar="NAME", help="(default: the only one)")
    options.add_argument("--model", metavar="ID", help="(default: the only one)")
    return options


def _output_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--json", action="store_true", help="print one JSON document")
    return options


def _add_app(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--host", default="127.0.0.1", help="(default: 127.0.0.1)")
    verb.add_argument(
        "--port", type=_port, default=7860, help="the next free port where this one is taken (default: 7860)"
    )
    verb.add_argument("--auth", type=_user_and_password, metavar="USER:PASSWORD", help="ask for this name and password")
    verb.add_argument("--no-browser", action="store_true", help="do not open a browser")


def _port(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give 1 to 65535")
    return int(text)


def _similarity(text: str) -> float:
    try:
        similarity = float(text)
    except ValueError:
        similarity = float("nan")
    if not -1 <= similarity <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a similarity: give -1 to 1")
    return similarity


def _user_and_password(text: str) -> tuple[str, str]:
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise argparse.ArgumentTypeError("give USER:PASSWORD")
    return user, password


def _add_search(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("text", metavar="TEXT")
    verb.add_argument(
        "--mode",
        choices=MODES,
        default="meaning",
        help="how posts are found; hybrid is both at once (default: meaning)",
    )
    _add_finding(verb)


def _add_similar(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("ids", nargs="+", metavar="ID", help="a post's id, such as train/rec.autos/102994")
    verb.set_defaults(mode="meaning")
    _add_finding(verb)


def _add_finding(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("-n", type=int, default=10, metavar="N", dest="n_results", help="(default: 10)")
    verb.add_argument("--newsgroup", action="append", default=[], metavar="NAME", help="repeatable")
    verb.add_argument("--subset", choices=("train", "test"), default="")
    verb.add_argument("--contains", default="", metavar="WORDS", help="only posts with this phrase, in capitals or not")
    verb.add_argument("--min-similarity", type=_similarity, default=-1.0, metavar="S", help="from -1 to 1")


def _add_cluster(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("-k", type=int, default=20, metavar="K", help="the number of clusters (default: 20)")
    _add_seed(verb)


def _add_project(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--method", default="umap", metavar="NAME", help="umap, tsne or pca (default: umap)")
    _add_seed(verb)
    verb.add_argument("--out", type=Path, metavar="FILE.csv", help="write the map to a file")


def _add_seed(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--seed", type=seed, default=0, metavar="S")


def _add_nothing(verb: argparse.ArgumentParser) -> None:
    """Leave the verb with the common options alone."""


VERBS = {
    "app": (verbs.app, _add_app, "Open the app."),
    "search": (verbs.search, _add_search, "Find the posts that answer a question."),
    "similar": (verbs.similar, _add_similar, "Find the neighbors of stored posts."),
    "cluster": (verbs.cluster, _add_cluster, "Group the posts with KMeans."),
    "project": (verbs.project, _add_project, "Place the posts on a map."),
    "collections": (verbs.collections, _add_nothing, "List what the store holds."),
}


def seed(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**32:
        raise argparse.ArgumentTypeError(f"{number} is not from 0 to {2**32 - 1}")
    return number


if __name__ == "__main__":
    sys.exit(main())
