"""The explorer's command line: ``python -m explorer [VERB] [options]``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from explorer.verbs import VERBS
from explorer.verbs.parsing import make_parser, parse
from ingest.console import run, take_for_interrupts

INTERRUPTED = "Interrupted."


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, run, and return the exit status."""
    return run(lambda: _run(sys.argv[1:] if arguments is None else arguments), interrupted=INTERRUPTED)


def _run(arguments: Sequence[str]) -> None:
    options = parse(arguments)
    VERBS[options.verb].run(options)


def script() -> None:
    """Be the whole process; to a shell that asks for completions, tell them."""
    if "_ARGCOMPLETE" in os.environ:
        from argcomplete import autocomplete

        autocomplete(make_parser())
    take_for_interrupts("SIGTERM", "SIGHUP")
    sys.exit(main())


if __name__ == "__main__":
    script()
