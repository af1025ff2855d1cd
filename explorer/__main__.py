"""The explorer's command line: ``python -m explorer [VERB] [options]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from explorer.verbs import VERBS
from explorer.verbs.verb import add_store
from ingest.console import run

PROGRAM = "python -m explorer"
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
        prog=PROGRAM,
        description="Search, cluster and map the posts that `python -m ingest` stored. Without a verb: open the app.",
        epilog=f'example: {PROGRAM} search "why do shuttle launches slip?"',
    )
    adders = parser.add_subparsers(metavar="VERB", required=True)
    for name, verb in VERBS.items():
        example = f"example: {PROGRAM} {name} {verb.example}"
        adder = adders.add_parser(name, help=verb.purpose, description=verb.purpose, epilog=example)
        add_store(adder)
        if verb.has_json:
            adder.add_argument("--json", action="store_true", help="print one JSON document")
        verb.add_options(adder)
        adder.set_defaults(run=verb.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
