"""Collections that this project did not make: which there are to explore, and what the user says of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.choosing import Choice, choices, choose
from explorer.columns import Columns
from ingest.embedders import TaskType, make_embedder
from ingest.errors import NothingStoredError, UserError
from ingest.store import Field, ForeignCollection, ForeignManifest, Manifest, Reading, Store

RESIZABLE = ("gemini",)  # embedders that are told how many numbers to give
COSINE = "cosine"
MOST_SAID = 10  # metadata fields


def choice_of(store: Store, corpus: str | None, model: str | None, reading: Reading | None = None) -> Choice:
    """Return what to explore: the collection that is to be read, the named corpus, or whatever alone is there."""
    if reading:
        return choice_to_read(store, reading)
    try:
        return choose(store.manifests(), corpus, model)
    except NothingStoredError:
        names = [manifest.collection for manifest in store.foreign()]
        if not names:
            raise
        if corpus:
            raise UserError(
                f"No corpus {corpus!r} was ingested into this store. {_known(names)}, made elsewhere: "
                "say --collection NAME."
            ) from None
    return choice_to_read(store, Reading())


def all_choices(
    store: Store, ours: Sequence[Manifest], corpus: str | None, model: str | None, reading: Reading | None = None
) -> list[Choice]:
    """Return all that there is to explore, what this project made first; a collection to be read is alone."""
    if reading:
        return [choice_to_read(store, reading)]
    others = [] if corpus or model else [_as_choice(manifest) for manifest in store.foreign() if manifest.n_posts]
    try:
        return [*choices(ours, corpus, model), *others]
    except NothingStoredError:
        if others:
            return others
        raise


def choice_to_read(store: Store, said: Reading) -> Choice:
    """Return the collection that is said, or the only one; what else is said of it is checked and kept."""
    manifest = _named(store, said.collection)
    reading = said.said_over(store.readings.of(manifest.collection))
    if said.model and not said.embedder:
        raise UserError(f"Which embedder has the model {said.model}? Say --embedder too: gemini, minilm or another.")
    if said.embedder:
        reading = replace(reading, model=fitting_model(reading, manifest.dimensions))
    if said != Reading(said.collection):
        _keep(store, reading)
    return _as_choice(_named(store, manifest.collection))


def fitting_model(reading: Reading, dimensions: int) -> str:
    """Return the model's full name, refusing one whose vectors cannot be compared with the collection's."""
    wanted = dimensions if reading.embedder in RESIZABLE else None
    embedder = make_embedder(reading.embedder, reading.model or None, wanted)
    if embedder.dimensions != dimensions:
        raise UserError(
            f"{embedder.model} gives {embedder.dimensions:,} numbers, {reading.collection} has {dimensions:,}: "
            "say the --embedder and --model that the collection was made with."
        )
    return embedder.model


def remarks_on(collection: ForeignCollection) -> list[str]:
    """Return what to know of a collection before one trusts what is shown of it."""
    manifest, n_left_out = collection.manifest, len(collection.left_out)
    remarks = []
    if n_left_out:
        remarks.append(f"Left out of {manifest.corpus}, since their vectors have no length: {n_left_out:,}.")
    if manifest.metric != COSINE:
        remarks.append(
            f"{manifest.corpus} measures by {manifest.metric}; here its vectors are scaled to unit length, "
            "and similarity is their cosine."
        )
    return remarks


def about(collection: ForeignCollection) -> str:
    """Say in a line what a collection is, and how it is read."""
    manifest, label = collection.manifest, collection.label
    size = f"{manifest.n_posts:,} records of {manifest.dimensions:,} dimensions, {manifest.metric} space"
    group = f"newsgroup is taken from {label}" if label else "no field looks like a label: --label FIELD names one"
    return f"{manifest.collection}: {size}; {group}. {_fields_said(collection.fields)}"


def uncolored(columns: Columns) -> list[str]:
    """Return which fields color no map, though their values differ."""
    names = ", ".join(field.name for field in columns.unshared[:MOST_SAID])
    return [f"These color no map, since nearly every record has a value of its own: {names}."] if names else []


def _fields_said(fields: Sequence[Field]) -> str:
    """Say the number of different values of each field, those with fewest first."""
    shown = sorted((field for field in fields if not field.is_internal), key=lambda field: field.n_distinct)
    said = ", ".join(f"{field.name} ({field.n_distinct:,})" for field in shown[:MOST_SAID])
    others = f" and {len(shown) - MOST_SAID} more" if len(shown) > MOST_SAID else ""
    return f"Metadata, with the number of different values: {said}{others}." if said else "It has no metadata."


def what_to_say(manifest: Manifest) -> str:
    """Return how to make a typed question possible."""
    return (
        f"Who embedded {manifest.corpus} is not known, so questions cannot be: start once with --embedder and --model "
        "as it was made with (gemini, minilm, or sentence-transformers with a model's name), or search by keywords."
    )


def _keep(store: Store, reading: Reading) -> None:
    """Keep what was said; with a label that cannot be one, the collection does not open, and nothing is kept."""
    earlier = store.readings.of(reading.collection)
    store.readings.keep(reading)
    try:
        if reading.label != earlier.label:
            store.foreign_collection(reading.collection)
    except UserError:
        store.readings.keep(earlier)
        raise


def _as_choice(manifest: ForeignManifest) -> Choice:
    """Let the one collection serve for searching and for clustering."""
    types = (TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING)
    return {task_type: replace(manifest, task_type=task_type) for task_type in types}


def foreign_named(store: Store, name: str | None) -> list[ForeignManifest]:
    """Return the collections that this project did not make, or the one of a name, which must be there."""
    found = {manifest.collection: manifest for manifest in store.foreign()}
    if name and name not in found:
        raise UserError(_unknown(store, name, list(found)))
    return [found[name]] if name else list(found.values())


def _named(store: Store, name: str) -> ForeignManifest:
    found = foreign_named(store, name)
    if len(found) != 1:
        names = [manifest.collection for manifest in found]
        raise UserError(f"Which collection? {_known(names)}: say --collection NAME.")
    (manifest,) = found
    if not manifest.n_posts:
        raise UserError(f"The collection {manifest.collection} is empty: there is nothing to explore.")
    return manifest


def _unknown(store: Store, name: str, known: Sequence[str]) -> str:
    ours = {manifest.collection: manifest for manifest in store.manifests()}
    if name in ours:
        return f"This project made {name}: open it with --corpus {ours[name].corpus}."
    return f"There is no collection {name!r} that this project did not make. {_known(known)}."


def _known(names: Sequence[str]) -> str:
    return f"The store has {', '.join(names)}" if names else "The store has none that this project did not make"
