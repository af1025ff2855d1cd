"""Parsing: the command line's verbs and options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from explorer.verbs import VERBS
from explorer.verbs.verb import Verb, add_store
from ingest.errors import UserError

SCRIPT = "semantic-explorer"
DESCRIPTION = """Search, cluster and map the posts that `python -m ingest` stored.
Without a verb: open the app."""
EVERYWHERE = """Every verb takes --store, --corpus and --model; every verb but app takes --json.
See the options of a verb with `{program} VERB --help`."""


class Strict(argparse.ArgumentParser):
    """Raises what is wrong with the usage, instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise UserError(message)


def parse(
    arguments: Sequence[str], kind: type[argparse.ArgumentParser] = argparse.ArgumentParser
) -> argparse.Namespace:
    """Return the options, with ``verb`` and with the ``arguments`` that they were read from."""
    verb_first = _with_verb(list(arguments))
    options = make_parser(kind).parse_args(verb_first)
    if wrong := VERBS[options.verb].misused(options):
        options.refuse(wrong)
    options.arguments = verb_first
    return options


def make_parser(kind: type[argparse.ArgumentParser] = argparse.ArgumentParser) -> argparse.ArgumentParser:
    program = _program()
    parser = kind(
        prog=program,
        description=DESCRIPTION,
        epilog=f"{EVERYWHERE.format(program=program)}\n\n{_examples(program)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    adders = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    for name, verb in VERBS.items():
        adder = adders.add_parser(
            name,
            help=verb.purpose,
            description=verb.purpose,
            epilog=f"example:\n  {program} {name} {verb.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _add_options(adder, verb)
        adder.set_defaults(refuse=adder.error)
    return parser


def _add_options(parser: argparse.ArgumentParser, verb: Verb) -> None:
    verb.add_options(parser)
    add_store(parser.add_argument_group("what is asked"))
    if verb.has_json:
        parser.add_argument("--json", action="store_true", help="print one JSON document")


def _with_verb(arguments: list[str]) -> list[str]:
    """Put the verb before options that stand before it, and ``app`` where there is none."""
    leading = argparse.ArgumentParser(prog=_program(), usage="%(prog)s [VERB] [options]", add_help=False)
    leading.add_argument("-h", "--help", action="store_true")
    leading.add_argument("--json", action="store_true")
    add_store(leading)
    VERBS["app"].add_options(leading)
    leading.add_argument("rest", nargs=argparse.REMAINDER)
    found, _ = leading.parse_known_args(arguments)
    before = arguments[: len(arguments) - len(found.rest)]
    if found.rest:
        return [found.rest[0], *before, *found.rest[1:]]
    return arguments if found.help else ["app", *arguments]


def _examples(program: str) -> str:
    lines = (f"  {program} {name} {verb.example}" for name, verb in VERBS.items())
    return "\n".join(["examples:", *lines])


def _program() -> str:
    """Return how the program was called."""
    name = Path(sys.argv[0]).name
    return name if name == SCRIPT else "python -m explorer"
