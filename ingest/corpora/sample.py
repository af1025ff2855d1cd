"""The bundled sample: original posts, one mail box for each of the twenty newsgroups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from ingest.corpora import mbox
from ingest.corpora.gathering import Unreadable
from ingest.corpora.mail import Mail, read_mail
from ingest.posts import Corpus, Post

FOLDER = Path(__file__).with_name("sample")

# Like 20 Newsgroups "by date": what was written later is for testing.
FIRST_TEST_DAY = datetime(1994, 4, 1, tzinfo=UTC)


def read() -> Corpus:
    """Read the posts, newsgroup by newsgroup, each in order of date."""
    posts = [post for path in sorted(FOLDER.glob("*.mbox")) for post in _read_mailbox(path)]
    return Corpus("sample", "sample", posts, cleaning="tutorial")


def _read_mailbox(path: Path) -> Iterator[Post]:
    for number, raw in enumerate(mbox.split(path), 1):
        mail = read_mail(raw, f"{path.name}, message {number}")
        if not isinstance(mail, Unreadable):
            yield _post(mail, path.stem, number)


def _post(mail: Mail, newsgroup: str, number: int) -> Post:
    subset = "train" if parsedate_to_datetime(mail.date) < FIRST_TEST_DAY else "test"
    return Post(f"{subset}/{newsgroup}/{number:02}", newsgroup, subset, mail.subject, mail.text)
