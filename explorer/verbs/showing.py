"""The verb that shows a post, whole."""

from __future__ import annotations

import argparse

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, printed
from explorer.verbs.verb import Verb
from explorer.verbs.wire import Listener
from ingest.console import print_line, visible


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> Document:
    """Return a stored post."""
    with library.explorer(options, progress) as explorer:
        return answers.of_post(explorer.post(options.id))


def show(post: Document, options: argparse.Namespace) -> None:
    """Print what is known of a post, and below it its text; nothing in them can steer the terminal."""
    width = max(map(len, post))
    for name, value in post.items():
        if value and name != "text":
            print_line(f"{name:<{width}}  {visible(value)}")
    print_line("")
    for line in post["text"].splitlines():
        print_line(visible(line))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add which post."""
    parser.add_argument("id", metavar="ID", help="a post's id, as `search` and `similar` tell it")


SHOW = Verb("Show a post, whole.", "train/rec.autos/102994", add_options, printed(answer, show), answer=answer)
