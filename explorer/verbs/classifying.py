"""The verb that learns the newsgroups of the train subset, and is tested on the test subset."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, Any

from explorer import answers
from explorer.answers import Document
from explorer.verbs.asking import Library, printed
from explorer.verbs.verb import Verb, add_seed
from explorer.verbs.wire import Listener
from ingest.console import note, print_line, print_table

if TYPE_CHECKING:
    from explorer.training import Epoch
    from ingest.progress import Advance

CLASSIFIERS = ("network", "logistic")
FIGURES = ("loss", "accuracy", "validation_loss", "validation_accuracy")


def answer(library: Library, options: argparse.Namespace, progress: Listener) -> Document | list[Document]:
    """Return how well each newsgroup is recognized, or a text's label."""
    with library.explorer(options, progress) as explorer:
        with progress.stage(f"learn from {len(explorer.posts):,} posts") as advance:
            found = explorer.classify(options.classifier, seed=options.seed, progress=partial(_tell, advance))
        if options.text is None:
            return answers.of_classification(found, explorer.classified_ids)
        return answers.of_guesses(explorer.label(options.text, options.classifier, seed=options.seed))


def _tell(advance: Advance, epoch: Epoch) -> None:
    advance(1, f"validation accuracy {epoch.validation_accuracy:.3f}")


def show(document: Any, options: argparse.Namespace) -> None:
    """Print how well each newsgroup is recognized, or how probable each is."""
    if options.text is not None:
        _print_guesses(document)
        return
    note(f"The posts are split {document['split']}.")
    if document["epochs"]:
        columns = ("epoch", "loss", "accuracy", "validation loss", "validation accuracy")
        print_table(columns, [_epoch_row(number, epoch) for number, epoch in enumerate(document["epochs"], start=1)])
        print_line("")
    _print_accuracies(document)
    _print_scores(document["scores"])
    _print_mistakes(document["mistakes"])


def _print_guesses(guesses: list[Document]) -> None:
    print_table(("newsgroup", "probability"), [(each["newsgroup"], f"{each['probability']:.3f}") for each in guesses])


def _print_accuracies(document: Document) -> None:
    accuracies = {document["classifier"]: document["accuracy"], **document["baselines"]}
    print_table(("classifier", "test accuracy"), [(name, f"{figure:.3f}") for name, figure in accuracies.items()])
    print_line("")


def _print_scores(scores: list[Document]) -> None:
    print_table(
        ("newsgroup", "precision", "recall", "F1", "posts"),
        [
            (each["newsgroup"], *(f"{each[key]:.3f}" for key in ("precision", "recall", "f1")), f"{each['support']:,}")
            for each in scores
        ],
    )
    print_line("")


def _print_mistakes(mistakes: list[Document]) -> None:
    print_table(
        ("probability", "taken for", "is of", "id"),
        [(f"{each['probability']:.3f}", each["predicted"], each["actual"], each["id"]) for each in mistakes],
    )


def _epoch_row(number: int, epoch: Document) -> tuple[str, ...]:
    return (str(number), *(f"{epoch[figure]:.3f}" for figure in FIGURES))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what learns, and what is labeled."""
    parser.add_argument(
        "--classifier", choices=CLASSIFIERS, default=CLASSIFIERS[0], help="what learns (default: network)"
    )
    parser.add_argument("--text", metavar="TEXT", help="label this text")
    add_seed(parser)


CLASSIFY = Verb(
    "Learn the newsgroups, which are the posts' labels, and tell how well they are recognized.",
    '--text "My printer prints nothing but smileys"',
    add_options,
    printed(answer, show),
    answer=answer,
)
