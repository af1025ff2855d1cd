"""The bundled sample: original posts, one mail box for each of the twenty newsgroups."""

from __future__ import annotations

import mailbox
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from ingest.corpora.mail import subject_of, text_of
from ingest.posts import Corpus, Post

FOLDER = Path(__file__).with_name("sample")

# Like 20 Newsgroups "by date": what was written later is for testing.
FIRST_TEST_DAY = datetime(1994, 4, 1, tzinfo=UTC)


def read() -> Corpus:
    """Read the posts, newsgroup by newsgroup, each in order of date."""
    posts = [post for path in sorted(FOLDER.glob("*.mbox")) for post in _read_mailbox(path)]
    return Corpus("sample", "sample", posts)


def _read_mailbox(path: Path) -> list[Post]:
    with closing(mailbox.mbox(path, create=False)) as messages:
        return [_post(message, path.stem, number) for number, message in enumerate(messages, 1)]


def _post(message: mailbox.mboxMessage, newsgroup: str, number: int) -> Post:
    written = parsedate_to_datetime(message["Date"])
    subset = "train" if written < FIRST_TEST_DAY else "test"
    return Post(f"{subset}/{newsgroup}/{number:02}", newsgroup, subset, subject_of(message), text_of(message))
