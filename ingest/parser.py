"""The ingest's parser: the options that its command line takes, each with its help and its default."""

from __future__ import annotations

import argparse
import textwrap

from ingest.cleaning import ROUTINES, STRIPS, Cleaning
from ingest.corpora import KINDS
from ingest.corpora.columns import NAMES
from ingest.corpora.selection import Selection
from ingest.embedders import EMBEDDERS, TaskType
from ingest.embedders.gemini_key import KEY_VARIABLES
from ingest.embedders.gemini_models import DEFAULT_DIMENSIONS, DEFAULT_MODEL
from ingest.embedders.tiers import TIERS
from ingest.order import Order
from ingest.store import require_corpus_name
from ingest.storing import add_storing
from ingest.values import amount, positive, strips, task_types, usable

Group = argparse._ArgumentGroup

EXAMPLES = """\
examples:
  python -m ingest 20newsgroups --newsgroups 'sci.*' --per-newsgroup 150
  python -m ingest reviews.csv --text-column review --dry-run
"""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Leaves options, and names of models, in one piece."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(text, width, break_on_hyphens=False)


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        usage="%(prog)s [SOURCE] [options]",
        description="Read posts, clean them, embed them, and store them in Chroma.",
        epilog=EXAMPLES,
        formatter_class=_Formatter,
    )
    parser.add_argument(
        "source",
        nargs="?",
        default="auto",
        metavar="SOURCE",
        help=f"where the posts are: {KINDS}; auto is 20newsgroups where scikit-learn has it or can download "
        "it, else the bundled sample (default: auto)",
    )
    parser.add_argument(
        "--corpus",
        type=usable(require_corpus_name),
        metavar="NAME",
        help="the name to store the posts by (default: SOURCE's)",
    )
    parser.add_argument("--json", action="store_true", help="print what was done as one JSON document")
    _add_instead(parser.add_argument_group("instead of an ingest").add_mutually_exclusive_group())
    _add_columns(parser.add_argument_group("columns of a table"))
    _add_selection(parser.add_argument_group("which posts"))
    _add_cleaning(parser.add_argument_group("cleaning"))
    _add_embedding(parser.add_argument_group("embedding"))
    _add_sending(parser.add_argument_group("what an API may be sent (Gemini counts each text as a request)"))
    _add_storing(parser.add_argument_group("storing"))
    return parser


def _add_instead(group: argparse._MutuallyExclusiveGroup) -> None:
    group.add_argument(
        "--dry-run", action="store_true", help="tell what it would take and cost; send and write nothing"
    )
    group.add_argument("--list-models", action="store_true", help="list the models that the key can embed with")
    group.add_argument("--verify", action="store_true", help="check every collection against the embedding cache")
    group.add_argument("--rebuild", action="store_true", help="make all collections anew from the embedding cache")


def _add_columns(group: Group) -> None:
    for role, names in NAMES.items():
        like = ", ".join([*names[:3], "..."] if len(names) > 3 else names)
        group.add_argument(
            f"--{role}-column", metavar="NAME", help=f"the column of each post's {role} (default: one named {like})"
        )


def _add_selection(group: Group) -> None:
    default = Selection()
    group.add_argument(
        "--subset",
        choices=("train", "test", "all"),
        default=default.subset,
        help="take the posts of this subset (default: %(default)s)",
    )
    group.add_argument(
        "--newsgroups",
        action="append",
        default=[],
        metavar="PATTERN",
        help="take the newsgroups that match, such as 'sci.*'; repeatable (default: all)",
    )
    group.add_argument(
        "--per-newsgroup",
        type=positive,
        metavar="N",
        help="take a seeded sample of N posts from each newsgroup (default: all)",
    )
    group.add_argument(
        "--seed", type=int, default=default.seed, metavar="S", help="draw that sample by S (default: %(default)s)"
    )


def _add_cleaning(group: Group) -> None:
    default = Cleaning()
    group.add_argument(
        "--cleaning",
        choices=tuple(ROUTINES),
        help="drop what Google's tutorials drop (e-mail addresses, what is in parentheses, 'From: ' and 'Subject: '), "
        "or nothing (default: tutorial for 20newsgroups and the sample, none for posts of your own)",
    )
    group.add_argument(
        "--strip",
        type=usable(strips),
        default=default.strip,
        metavar="LIST",
        help=f"before that, strip some of {','.join(STRIPS)} (default: none of them)",
    )
    group.add_argument(
        "--long-posts",
        choices=("truncate", "drop"),
        default=default.long_posts,
        help="truncate, or leave out, posts that are longer than --max-characters (default: %(default)s)",
    )
    group.add_argument(
        "--max-characters",
        type=positive,
        default=default.max_characters,
        metavar="N",
        help="how long a post may be once it is cleaned (default: %(default)s)",
    )


def _add_embedding(group: Group) -> None:
    group.add_argument(
        "--embedder",
        choices=("auto", *EMBEDDERS),
        default="auto",
        help="what makes the embeddings; auto is gemini where "
        f"{' or '.join(KEY_VARIABLES)} is set, else minilm, which is offline (default: auto)",
    )
    group.add_argument(
        "--model",
        metavar="ID",
        help=f"the embedder's model (default: {DEFAULT_MODEL} for gemini, all-MiniLM-L6-v2 for the others)",
    )
    group.add_argument(
        "--dimensions",
        type=positive,
        metavar="N",
        help=f"how many dimensions it makes (default: {DEFAULT_DIMENSIONS} for gemini, all for the others)",
    )
    defaults = Order().task_types
    group.add_argument(
        "--task-types",
        type=usable(task_types),
        default=defaults,
        metavar="LIST",
        help=f"what the embeddings are for, some of {', '.join(TaskType)} (default: {','.join(defaults)})",
    )


def _add_sending(group: Group) -> None:
    group.add_argument(
        "--tier",
        choices=TIERS,
        help="keep to the limits of this tier of the Gemini API (default: slow down where the API asks for it)",
    )
    group.add_argument("--rpm", type=positive, metavar="N", help="send at most N texts a minute (default: the tier's)")
    group.add_argument(
        "--tpm", type=positive, metavar="N", help="send at most about N tokens a minute (default: the tier's)"
    )
    group.add_argument(
        "--max-cost", type=amount, metavar="USD", help="refuse to start where it could cost more (default: no limit)"
    )


def _add_storing(group: Group) -> None:
    add_storing(group)
    group.add_argument("--if-empty", action="store_true", help="do nothing where the corpus holds posts already")
    group.add_argument(
        "--replace",
        action="store_true",
        help="make the corpus exactly what is asked for (default: add and update, never remove)",
    )
