"""The verb that opens the app, which is the one that may be left out."""

from __future__ import annotations

import argparse
import os
from functools import partial

from explorer.verbs.reading import reading_of
from explorer.verbs.verb import Verb
from ingest.errors import UserError
from ingest.storing import open_to_explore
from ingest.values import amount


def run(options: argparse.Namespace) -> None:
    """Serve until interrupted."""
    from explorer.app import Address, serve

    address = Address(
        options.host,
        options.port,
        options.auth or auth_of_environment(),
        open_browser=not options.no_browser,
        serves_mcp=options.mcp,
        allows_changes=options.allow_changes,
        most_usd=options.max_cost,
    )
    open_store = partial(open_to_explore, options, create=True)
    serve(open_store, options.corpus, options.model, address, reading_of(options))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add where the app listens, and to whom."""
    parser.add_argument("--host", default="127.0.0.1", help="any other needs --auth (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=_port, default=7860, help="the next free port where this one is taken (default: 7860)"
    )
    parser.add_argument(
        "--auth",
        type=_user_and_password,
        metavar="USER:PASSWORD",
        help="ask for this name and password, which let others look, see --allow-changes "
        "(default: EXPLORER_AUTH, which no list of processes shows)",
    )
    parser.add_argument(
        "--allow-changes",
        action="store_true",
        help="let whoever knows the password ingest, verify, rebuild and delete, and have Gemini paid for that and for "
        "titles; without it, an app with a password only embeds what is typed (an app without one allows all)",
    )
    parser.add_argument(
        "--max-cost", type=amount, metavar="USD", help="refuse to start an ingest in the app where it could cost more"
    )
    parser.add_argument("--mcp", action="store_true", help="serve tools to MCP clients too, at /mcp")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def _port(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give 1 to 65535")
    return int(text)


def _user_and_password(text: str) -> tuple[str, str]:
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise argparse.ArgumentTypeError("give USER:PASSWORD")
    return user, password


def auth_of_environment() -> tuple[str, str] | None:
    """Return what EXPLORER_AUTH says."""
    text = os.environ.get("EXPLORER_AUTH")
    try:
        return _user_and_password(text) if text else None
    except argparse.ArgumentTypeError as error:
        raise UserError(f"EXPLORER_AUTH cannot be used ({error}): mend it, or use --auth.") from error


APP = Verb("Open the app.", "--port 8000 --no-browser", add_options, run, has_json=False)
