"""Where a store is: the options that say so, which all command lines have, and opening what they name."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from ingest.errors import UserError
from ingest.store import Store, mirrored
from ingest.store.cloud import CLOUD

Options = argparse._ActionsContainer
HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*)")


def add_storing(options: Options) -> None:
    """Add where the store is."""
    environment = os.environ.get
    options.add_argument(
        "--store",
        type=Path,
        default=Path(environment("EXPLORER_STORE") or "chroma_data"),
        metavar="DIR",
        help="the folder of the store (default: chroma_data, or EXPLORER_STORE)",
    )
    options.add_argument(
        "--chroma-url",
        default=environment("EXPLORER_CHROMA_URL") or None,
        metavar="URL",
        help="the collections are on this Chroma server, or 'cloud': Chroma Cloud (default: EXPLORER_CHROMA_URL)",
    )
    options.add_argument(
        "--chroma-header",
        type=header,
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="send the server this, repeatable (also EXPLORER_CHROMA_HEADERS, one a line)",
    )


def open_store(options: argparse.Namespace, *, create: bool = False) -> Store:
    """Open the store that the options name."""
    return _open(options.store, options, create=create)


def open_to_explore(options: argparse.Namespace, *, create: bool = False) -> Store:
    """Open the store that the options name, or a mirror of what another program wrote there."""
    return _open(options.store if options.chroma_url else mirrored(options.store), options, create=create)


def _open(path: Path, options: argparse.Namespace, *, create: bool) -> Store:
    is_server = options.chroma_url not in (None, CLOUD)
    if options.chroma_header and not is_server:
        raise UserError("--chroma-header is for a Chroma server: say which, with --chroma-url http://HOST:PORT.")
    headers = headers_of(options) if is_server else None
    return Store(path, create=create, chroma_url=options.chroma_url, chroma_headers=headers)


def headers_of(options: argparse.Namespace) -> dict[str, str]:
    """Return the headers of the environment and of the options, which win."""
    lines = os.environ.get("EXPLORER_CHROMA_HEADERS", "").splitlines()
    try:
        given = [header(line.strip()) for line in lines if line.strip()]
    except argparse.ArgumentTypeError as error:
        raise UserError(
            f"EXPLORER_CHROMA_HEADERS cannot be used ({error}): mend it, or use --chroma-header."
        ) from error
    return {**dict(given), **dict(options.chroma_header)}


def header(text: str) -> tuple[str, str]:
    """Read a header; what cannot be read may be a secret, and is not repeated."""
    found = HEADER.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError("a header is not of the form 'NAME: VALUE'")
    return found[1], found[2].strip()
