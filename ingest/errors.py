"""What a user can mend: errors whose one line says what happened, why, and what to do."""


class UserError(Exception):
    """Something the user can mend; shown as one line, never as a traceback."""


class KeyFaultError(UserError):
    """A key that is missing where it is needed, or refused by whoever gave it out."""


class UnknownNameError(UserError):
    """A name that is not in the list of known ones."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        super().__init__(f"There is no {kind} {name!r}: choose from {', '.join(known)}.")


class BrokenStoreError(UserError):
    """A store whose files cannot be read."""


class DamagedIndexError(UserError):
    """An index that Chroma cannot use; the embedding cache has what it takes to make it anew."""


class GoneError(UserError):
    """A collection that is no longer where it was."""


class UnansweredError(UserError):
    """A request that a server did not answer as it should, which tells nothing of what the server holds."""


class WrittenMeanwhileError(UserError):
    """A collection that others write to, so that what was read at different times does not belong together."""

    def __init__(self, collection: str) -> None:
        super().__init__(
            f"{collection} was written to while it was read, or since it was opened: open it again once that has ended."
        )


class NothingStoredError(UserError):
    """There is no store, or no whole corpus in it: an ingest mends that."""


class BusyStoreError(UserError):
    """A store that another process writes to for a while and then lets go of by itself."""
