"""Finding and loading a sentence-transformers model: in a folder, in the cache of downloads, or on the Hub."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.embedders.faults import shortened
from ingest.errors import UserError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Where the library looks for a model that is named without an organization.
ORGANIZATION = "sentence-transformers"
# What decides the vectors of a folder's model: its weights, its tokenizer and its configuration.
DECISIVE = frozenset({".bin", ".json", ".model", ".safetensors", ".txt"})
FOLDER = re.compile(r"(?P<path>.+)@(?P<digest>[0-9a-f]{12})")
TIMEOUT_SECONDS = 10
TALKATIVE = ("huggingface_hub", "sentence_transformers", "transformers")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory, and what it takes a look inside to know."""

    transformer: SentenceTransformer
    n_dimensions: int
    has_routes: bool


def identify(model: str) -> str:
    """Return the name under which the model can be told from others and loaded again.

    A folder's name alone would let vectors of before and after a training mix, and a digest alone would
    find nothing: it is named by both, ``/models/mine@1f0c95b2a6d4``. A name in that form is returned unchanged.
    """
    if FOLDER.fullmatch(model):
        return model
    folder = Path(model).expanduser()
    if folder.is_dir():
        return f"{folder.resolve()}@{_digest(folder)}"
    if model.startswith((".", "~")) or folder.is_absolute() or model.count("/") > 1:
        raise _no_folder(folder)
    return model if "/" in model else f"{ORGANIZATION}/{model}"


def load(model: str, dimensions: int | None) -> Loaded:
    """Load a model that ``identify`` has named, with its embeddings cut to the dimensions where they are given."""
    _import_extra()
    source = _unchanged_folder(model) if FOLDER.fullmatch(model) else model
    try:
        transformer = _from_source(source, dimensions)
        # Not every model tells.
        n_dimensions = len(transformer.encode_document("", show_progress_bar=False))
    except Exception as error:  # a model's files can break the library anywhere
        raise UserError(
            f"The model {source} cannot be loaded ({shortened(error)}): check its name or folder, "
            "connect once so that it can be downloaded, or choose another with --model."
        ) from error
    _require_dimensions(model, n_dimensions, dimensions)
    return Loaded(transformer, n_dimensions, _has_routes(transformer))


def _import_extra() -> None:
    """Import what the extra installs, and silence it for good: the command lines draw bars of their own."""
    try:
        import sentence_transformers  # noqa: F401
        from huggingface_hub.utils.tqdm import disable_progress_bars
        from transformers.utils.logging import disable_progress_bar
    except (ImportError, OSError) as error:
        raise UserError(
            f"The embedder sentence-transformers is not installed ({shortened(error)}): "
            "pip install 'semantic-explorer[sentence-transformers]', or use --embedder minilm."
        ) from error
    disable_progress_bars()
    disable_progress_bar()
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(logging.ERROR)


def _from_source(source: str, dimensions: int | None) -> SentenceTransformer:
    """Load from a folder or the cache without the network, where the library would try for minutes; else download."""
    from huggingface_hub import model_info
    from sentence_transformers import SentenceTransformer

    transformer = partial(SentenceTransformer, source, truncate_dim=dimensions)
    if Path(source).is_dir():
        return transformer(local_files_only=True)
    if _is_cached(source):
        with suppress(Exception):  # a download that was broken off is gone on with
            return transformer(local_files_only=True)
    model_info(source, timeout=TIMEOUT_SECONDS)  # the Hub, or its absence, answers this at once
    return transformer()


def _is_cached(name: str) -> bool:
    """Tell whether the file that a download begins with is there; without it the library would guess the layers."""
    from huggingface_hub import try_to_load_from_cache

    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    return isinstance(try_to_load_from_cache(name, "modules.json", cache_dir=cache), str)


def _unchanged_folder(model: str) -> str:
    path, _, digest = model.rpartition("@")
    if not Path(path).is_dir():
        raise _no_folder(Path(path))
    if _digest(Path(path)) != digest:
        raise UserError(
            f"The model in {path} has changed since it made the embeddings ({digest}), and those of two models do "
            "not mix: put it back, or ingest anew with it."
        )
    return path


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    decisive = sorted(path for path in folder.rglob("*") if path.suffix in DECISIVE and path.is_file())
    try:
        for path in decisive:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").digest()
            digest.update(path.relative_to(folder).as_posix().encode() + content)
    except OSError as error:
        raise UserError(f"The model in {folder} cannot be read ({error.strerror}): mend that.") from error
    return digest.hexdigest()[:12]


def _require_dimensions(model: str, available: int, wanted: int | None) -> None:
    if wanted is not None and not 0 < wanted == available:
        raise UserError(
            f"{model} makes embeddings of at most {available} dimensions, not {wanted}: "
            "leave --dimensions out, or ask for fewer."
        )


def _has_routes(transformer: SentenceTransformer) -> bool:
    from sentence_transformers.base.modules import Router

    return any(isinstance(module, Router) for module in transformer.modules())


def _no_folder(folder: Path) -> UserError:
    return UserError(f"There is no model folder {folder}: put it there, or name another with --model.")
