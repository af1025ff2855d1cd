"""The key of the Gemini API: where it is found, and how it is kept out of sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.errors import KeyFaultError, UserError

# The first wins, as in the SDK.
KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
OFFLINE = "ingest offline with --embedder minilm"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and the variable it comes from."""

    source: str
    value: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.value.isascii() and self.value.isprintable()):
            raise UserError(f"The key in {self.source} has characters that no key has: copy it again, without quotes.")

    def hidden_in(self, text: str) -> str:
        return text.replace(self.value, "[key]")


def find_key(sources: Mapping[str, str]) -> Key | None:
    """Return the key given as ``api_key``, or else that of the environment's variables, or None."""
    for source in ("api_key", *KEY_VARIABLES):
        if value := sources.get(source, "").strip():
            return Key(source, value)
    return None


def require_key(key: Key | None, otherwise: str = OFFLINE) -> Key:
    if key is None:
        raise KeyFaultError(
            f"Gemini needs a key, and neither {' nor '.join(KEY_VARIABLES)} is set: "
            f"set one (https://aistudio.google.com/apikey), or {otherwise}."
        )
    return key
