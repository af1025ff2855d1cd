"""The verb that learns the newsgroups of the train subset, and is tested on the test subset."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer import answers
from explorer.verbs.verb import Verb, add_seed, opened
from ingest.bars import ConsoleProgress
from ingest.console import note, print_json, print_line, print_table

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.classification import Classification
    from explorer.training import Epoch


def run(options: argparse.Namespace) -> None:
    """Print how well each newsgroup is recognized, or a text's label."""
    with opened(options) as explorer:
        with ConsoleProgress().stage(f"learn from {len(explorer.posts):,} posts"):
            found = explorer.classify(options.classifier, seed=options.seed)
        if options.text is not None:
            _label(explorer, options)
        elif options.json:
            print_json(answers.of_classification(found, explorer.classified_ids))
        else:
            _show(found, explorer)


def _label(explorer: Explorer, options: argparse.Namespace) -> None:
    guesses = explorer.label(options.text, options.classifier, seed=options.seed)
    if options.json:
        print_json(answers.of_guesses(guesses))
        return
    print_table(("newsgroup", "probability"), [(guess.newsgroup, f"{guess.probability:.3f}") for guess in guesses])


def _show(found: Classification, explorer: Explorer) -> None:
    note(f"The posts are split {found.split.origin}.")
    if found.epochs:
        columns = ("epoch", "loss", "accuracy", "validation loss", "validation accuracy")
        print_table(columns, [_epoch_row(number, epoch) for number, epoch in enumerate(found.epochs, start=1)])
        print_line("")
    accuracies = [(found.model, found.accuracy), *((each.name, each.accuracy) for each in found.baselines)]
    print_table(("classifier", "test accuracy"), [(name, f"{accuracy:.3f}") for name, accuracy in accuracies])
    print_line("")
    print_table(
        ("newsgroup", "precision", "recall", "F1", "posts"),
        [
            (each.newsgroup, f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}", f"{each.support:,}")
            for each in found.scores
        ],
    )
    print_line("")
    print_table(
        ("probability", "taken for", "is of", "id"),
        [
            (f"{each['probability']:.3f}", each["predicted"], each["actual"], each["id"])
            for each in answers.of_mistakes(found, explorer.classified_ids)
        ],
    )


def _epoch_row(number: int, epoch: Epoch) -> tuple[str, ...]:
    figures = (epoch.loss, epoch.accuracy, epoch.validation_loss, epoch.validation_accuracy)
    return (str(number), *(f"{figure:.3f}" for figure in figures))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what learns, and what is labeled."""
    parser.add_argument(
        "--classifier", default="network", metavar="NAME", help="network or logistic (default: network)"
    )
    parser.add_argument("--text", metavar="TEXT", help="label this text")
    add_seed(parser)


CLASSIFY = Verb(
    "Learn the newsgroups, and tell how well they are recognized.",
    '--text "My printer prints nothing but smileys"',
    add_options,
    run,
)
