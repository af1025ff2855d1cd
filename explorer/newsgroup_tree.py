"""The tree of newsgroups: the super-groups that a corpus's newsgroups belong to."""

from __future__ import annotations

from collections.abc import Sequence

RELIGION = "religion"
FORSALE = "misc.forsale"
POLITICS = "talk.politics"

# The partition of 20 Newsgroups by subject on its page (http://qwone.com/~jason/20Newsgroups/), where it is not
# what the first part of a newsgroup's name says.
NAMED_OTHERWISE = {
    "alt.atheism": RELIGION,
    "soc.religion.christian": RELIGION,
    "talk.religion.misc": RELIGION,
    "misc.forsale": FORSALE,
    "talk.politics.guns": POLITICS,
    "talk.politics.mideast": POLITICS,
    "talk.politics.misc": POLITICS,
}


def supergroup_of(newsgroup: str) -> str:
    """Return a newsgroup's super-group: one of the six of 20 Newsgroups, elsewhere the part before the first dot."""
    return NAMED_OTHERWISE.get(newsgroup) or newsgroup.partition(".")[0]


def supergroups(newsgroups: Sequence[str]) -> list[str] | None:
    """Return each post's super-group from its newsgroup, or None where they would say nothing.

    They say nothing where there is only one, and where each newsgroup is alone in its own.
    """
    names = {newsgroup: supergroup_of(newsgroup) for newsgroup in set(newsgroups)}
    if not 1 < len(set(names.values())) < len(names):
        return None
    return [names[newsgroup] for newsgroup in newsgroups]
