"""Words: how a text is split into them, and which of a post's words are a question's in another form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ingest.posts import Post

WORD = r"[^\W_]+"
LANGUAGE = "english"
STOP_WORDS = "STOPWORDS_EN_PLUS"
find_words = re.compile(WORD).findall


def searched_text(post: Post) -> str:
    """Return what of a post is searched for words."""
    return f"{post.subject}\n{post.text}"


def make_stemmer() -> Any:
    """Make a stemmer for one thread: it keeps notes that threads must not share."""
    import Stemmer

    return Stemmer.Stemmer(LANGUAGE)


def stop_words() -> frozenset[str]:
    """Return the words that are in too many texts to tell them apart."""
    from bm25s import stopwords

    return frozenset(getattr(stopwords, STOP_WORDS))


def stems_of(text: str) -> list[str]:
    """Return the stems of a text's words, in order and without stop words."""
    stops = stop_words()
    words = [word for word in find_words(text.lower()) if word not in stops]
    return list(make_stemmer().stemWords(words))


class Marker:
    """Finds the words of one question in posts, in whatever form they stand there."""

    def __init__(self, text: str) -> None:
        self._stems = frozenset(stems_of(text))
        self._stem = make_stemmer().stemWord
        self._is_asked: dict[str, bool] = dict.fromkeys(stop_words(), False)

    def words_of(self, post: Post) -> tuple[str, ...]:
        """Return the post's words that match, as written, each once whatever its capitals."""
        return tuple(self._matching(find_words(searched_text(post)))) if self._stems else ()

    def _matching(self, words: Iterable[str]) -> Iterable[str]:
        as_written: dict[str, str] = {}
        for word in dict.fromkeys(words):
            as_written.setdefault(word.lower(), word)
        return (written for word, written in as_written.items() if self._matches(word))

    def _matches(self, word: str) -> bool:
        if word not in self._is_asked:
            self._is_asked[word] = self._stem(word) in self._stems
        return self._is_asked[word]
