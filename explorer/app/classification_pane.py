"""The classification's pane: what is learned from, how that goes, and how well posts are recognized."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.app.screen import Screen
from explorer.app.trainings import CANCELING, LEARNING, MEASURING, OVER, State
from explorer.app.view import View
from explorer.baselines import TEXT_BASELINE
from explorer.classification import Classification
from explorer.snippets import SUBJECT_CHARACTERS
from explorer.training import MODELS, MOST_EPOCHS, Epoch, best_epoch
from ingest.embedders import TaskType
from ingest.errors import UserError

Props = dict[str, Any]

NETWORK = "network"  # the model that is learned in epochs
N_MISTAKES = 20
NOT_TRAINED = "This model is not trained yet: press Train."
TRAIN_FIRST = "The {model} is not trained yet: press Train, then label the text."
NOTHING_LABELED = "Type or paste a text: the newsgroups that it is probably of appear here."
NO_EPOCHS = "Logistic regression is learned in one go: it has no epochs to show."


def lesson_of(screen: Screen, view: View) -> str:
    """Return what a classifier learns from, in a sentence or two."""
    classifiers = screen.explorer.classifiers
    split = classifiers.split(view.training_seed)
    return (
        f"Trains on {len(split.train):,} posts and tests on {len(split.test):,}, split {split.origin}. "
        f"{_vectors_of(screen)}"
    )


def training_of(screen: Screen, view: View, state: State | None = None) -> Props:
    """Return how a training goes, or went, with the accuracies of all that is trained."""
    found = screen.trainings.found(view.classifier, view.training_seed)
    epochs = found.epochs if found else state.epochs if state else ()
    is_running = state is not None and state.stage != OVER
    return {
        "lesson": lesson_of(screen, view),
        "status": _status_of(view, state, found),
        "is_running": is_running,
        "can_cancel": _can_cancel(view, state),
        "epochs": [_epoch_row(epoch) for epoch in epochs],
        "best": best_epoch(epochs) if epochs else None,
        "most_epochs": len(epochs) if found else MOST_EPOCHS,
        "accuracies": _accuracies_of(screen, view, is_running=is_running),
    }


def training_shown(screen: Screen, view: View, state: State | None = None) -> Props:
    """Return how a training goes, or why this corpus teaches nothing."""
    try:
        refusal = state.refusal if state else ""
        return {"training": None if refusal else training_of(screen, view, state), "none": refusal}
    except UserError as error:
        return {"training": None, "none": str(error)}


def report_of(screen: Screen, view: View) -> Props | None:
    """Return how well each newsgroup is recognized, which are confused, and the surest mistakes."""
    found = _found(screen, view.classifier, view.training_seed)
    if found is None:
        return None
    others = [
        (MODELS[model].title, other)
        for model in MODELS
        if model != view.classifier and (other := _found(screen, model, view.training_seed))
    ]
    return {
        "title": MODELS[view.classifier].title,
        "scores": _scores_of(screen, found, others),
        "others": [title for title, _ in others],
        "matrix": _matrix_of(found),
        "mistakes": _mistakes_of(screen, found),
        "n_mistakes": int((found.predicted != found.actual).sum()),
    }


def guesses_of(screen: Screen, view: View, text: str) -> Props:
    """Return which newsgroups a text is probably of, the most probable first."""
    title = MODELS[view.classifier].title
    if screen.trainings.found(view.classifier, view.training_seed) is None:
        raise UserError(TRAIN_FIRST.format(model=title.lower()))
    guesses = screen.explorer.label(text, view.classifier, seed=view.training_seed)
    rows = [{**_newsgroup_of(screen, each.newsgroup), "probability": each.probability} for each in guesses]
    return {"title": title, "guesses": rows}


def _found(screen: Screen, model: str, seed: int) -> Classification | None:
    try:
        return screen.trainings.found(model, seed)
    except UserError:  # that this corpus teaches nothing, which is said where the training is shown
        return None


def _vectors_of(screen: Screen) -> str:
    task_type = screen.explorer.classifiers.task_type
    if task_type == TaskType.CLASSIFICATION:
        return "The vectors are those made for CLASSIFICATION."
    return f"CLASSIFICATION vectors are not stored, so {task_type} vectors are used."


def _status_of(view: View, state: State | None, found: Classification | None) -> str:
    if state and state.stage == MEASURING:
        return "Measuring what the words alone achieve …"
    if found:
        return _summary_of(found)
    if not state:
        return NOT_TRAINED
    if state.stage == OVER:
        return f"Stopped after epoch {len(state.epochs)}: press Train to begin anew."
    if state.stage == CANCELING:
        return f"Canceling when epoch {len(state.epochs) + 1} is over …"
    if view.classifier != NETWORK:
        return "Learning, in one go …"
    return f"Learning, epoch {len(state.epochs) + 1} of at most {MOST_EPOCHS} …"


def _can_cancel(view: View, state: State | None) -> bool:
    return state is not None and state.stage == LEARNING and view.classifier == NETWORK and not state.is_held


def _summary_of(found: Classification) -> str:
    if found.best_epoch is None:
        return NO_EPOCHS
    best = found.best_epoch + 1
    return f"{len(found.epochs)} epochs; the weights of epoch {best}, the best on held-out posts, were kept."


def _epoch_row(epoch: Epoch) -> Props:
    return {
        "loss": [epoch.loss, epoch.validation_loss],
        "accuracy": [epoch.accuracy, epoch.validation_accuracy],
    }


def _accuracies_of(screen: Screen, view: View, *, is_running: bool) -> list[Props]:
    """Return the bars of both models and of the baselines, which are the same for both."""
    found = {model: screen.trainings.found(model, view.training_seed) for model in MODELS}
    bars = [
        {"title": MODELS[model].title, "value": each.accuracy if each else None, "kind": "model", "none": "not trained"}
        for model, each in found.items()
    ]
    trained = [each for each in found.values() if each]
    if not trained:
        return []
    most = max(trained, key=lambda each: len(each.baselines))
    baselines = [
        {"title": each.name.capitalize() if each.name.islower() else each.name, "value": each.accuracy}
        for each in reversed(most.baselines)
    ]
    if TEXT_BASELINE not in [each.name for each in most.baselines]:
        none = "being measured …" if is_running else "not measured"
        baselines.insert(0, {"title": TEXT_BASELINE, "value": None, "none": none})
    return [*bars, *({**each, "kind": "baseline"} for each in baselines)]


def _scores_of(screen: Screen, found: Classification, others: Sequence[tuple[str, Classification]]) -> list[Props]:
    f1_of = [{score.newsgroup: score.f1 for score in other.scores} for _, other in others]
    return [
        {
            **_newsgroup_of(screen, score.newsgroup),
            "figures": [score.precision, score.recall, score.f1, *(f1[score.newsgroup] for f1 in f1_of)],
            "support": score.support,
        }
        for score in found.scores
    ]


def _matrix_of(found: Classification) -> Props:
    return {
        "rows": list(found.classes),
        "columns": [{"name": name, "title": f"taken for {name}"} for name in found.classes],
        "counts": found.confusion.tolist(),
    }


def _mistakes_of(screen: Screen, found: Classification) -> list[Props]:
    posts = screen.explorer.classifiers.posts
    return [
        {
            "id": posts[each.row].id,
            "subject": posts[each.row].subject[:SUBJECT_CHARACTERS],
            "actual": _newsgroup_of(screen, each.actual),
            "predicted": _newsgroup_of(screen, each.predicted),
            "probability": each.probability,
        }
        for each in found.mistakes(N_MISTAKES)
    ]


def _newsgroup_of(screen: Screen, name: str) -> Props:
    """Return a newsgroup with its color; one that is neither mapped nor searched has none."""
    return {"newsgroup": name, "color": screen.colors.get(name)}
