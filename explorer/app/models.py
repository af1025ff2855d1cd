"""Models: what visitors may have posts embedded with."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from ingest.errors import UserError

TRANSFORMERS = "sentence-transformers"
TITLES = {"auto": "Auto", "minilm": "MiniLM, on this machine", "gemini": "Gemini", TRANSFORMERS: "Another model, here"}
# What embedders that have several models take where none is named.
PLACEHOLDERS = {"gemini": "gemini-embedding-001", TRANSFORMERS: "sentence-transformers/all-MiniLM-L6-v2"}
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)


def offered() -> list[tuple[str, str]]:
    """Return the embedders to choose from, each with its title; one that is not installed is not offered."""
    is_installed = find_spec("sentence_transformers") is not None
    return [(title, name) for name, title in TITLES.items() if name != TRANSFORMERS or is_installed]


def require_offered(embedder: str, model: str) -> None:
    """Refuse a model that lies on this machine: what is there is not to be named in a browser."""
    is_here = not HUB_NAME.fullmatch(model) or Path(model).exists()
    if embedder == TRANSFORMERS and model and is_here:
        raise UserError(
            f"{model!r} is no name of a model on the Hugging Face Hub, such as {PLACEHOLDERS[TRANSFORMERS]}: "
            "to embed with one in a folder, use `python -m ingest`."
        )
