"""What tests of the page share: the nine posts as the page sees them, and regions of their map."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.app.scope import Region
from explorer.app.screen import Screen
from explorer.choosing import choices
from explorer.plan import Plan
from ingest.embedders import EMBEDDERS
from ingest.store import Store
from tests.word_embedder import WordEmbedder

SPACE = ("train/sci.space/0", "train/sci.space/1", "test/sci.space/2")
HOCKEY = ("train/rec.sport.hockey/0", "train/rec.sport.hockey/1", "test/rec.sport.hockey/2")
CRYPT = ("train/sci.crypt/0", "train/sci.crypt/1", "test/sci.crypt/2")


@contextmanager
def screens_of(folder: Path) -> Iterator[dict[str, Screen]]:
    """Open every corpus of a store as the page sees it, by its key."""
    with pytest.MonkeyPatch.context() as patch, Store(folder) as store:
        patch.setitem(EMBEDDERS, WordEmbedder.name, lambda *_: WordEmbedder())
        screens = [Screen(Explorer(store, choice)) for choice in choices(store.manifests(), None, None)]
        yield {screen.key: screen for screen in screens}


@contextmanager
def screen_of(filled: Path, folder: Path) -> Iterator[Screen]:
    """Copy a store with one corpus to a folder and open it as the page sees it."""
    with screens_of(shutil.copytree(filled, folder, dirs_exist_ok=True)) as screens:
        (screen,) = screens.values()
        yield screen


def region_around(screen: Screen, post_ids: Sequence[str], method: str = "pca") -> Region:
    """Draw a rectangle around some posts of a map, a little larger than they need."""
    places = screen.explorer.project(method).coordinates[[screen.index[post_id] for post_id in post_ids]]
    (left, bottom), (right, top) = places.min(axis=0) - 0.01, places.max(axis=0) + 0.01
    return Region(Plan(method), ((left, bottom), (right, bottom), (right, top), (left, top)))
