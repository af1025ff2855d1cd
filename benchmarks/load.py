"""Load: people who search on the page all at once, each as a browser does, with questions that nobody has asked."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.search import passage
from explorer import Explorer
from explorer.choosing import choices
from ingest.console import print_line, print_table
from ingest.store import Store

N_PEOPLE = 50
N_QUESTIONS = 10_000  # more than can be asked
SECONDS = 60
PATIENCE = 120.0  # seconds, for one answer
MODES = ("meaning", "hybrid")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's answer: how long it took, in seconds, and whether it came."""

    seconds: float
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Events:
    """What the page sends of two of its events, by the numbers that Gradio gives them."""

    navigate: int
    ask: int

    @classmethod
    def of(cls, config: dict[str, Any]) -> Events:
        numbers = {each["api_name"]: each["id"] for each in config["dependencies"]}
        return cls(numbers["navigate"], numbers["ask"])


def report(path: Path, seconds: int = SECONDS) -> None:
    """Print how many questions were answered, how soon, and how many were not."""
    questions = prepared(path)
    with served(path) as url:
        asked, elapsed = asyncio.run(crowd(url, iter(questions), seconds))
    milliseconds = np.array([each.seconds for each in asked]) * 1e3
    errors = sum(not each.is_answered for each in asked)
    print_line(f"\nLoad: {N_PEOPLE} people on the page for {seconds} s, each asking anew as soon as there is an answer")
    print_table(
        ("requests", "errors", "p50 ms", "p95 ms", "requests a second"),
        [
            (
                f"{len(asked):,}",
                f"{errors:,}",
                *(f"{np.percentile(milliseconds, share):,.0f}" for share in (50, 95)),
                f"{len(asked) / elapsed:.1f}",
            )
        ],
    )


def prepared(path: Path) -> list[str]:
    """Return questions that differ, made of the largest corpus's posts, whose map is drawn meanwhile."""
    with Store(path) as store:
        explorer = Explorer(store, choices(store.manifests())[0])
        explorer.trust(explorer.project())
        return list({passage(explorer.posts): None for _ in range(N_QUESTIONS)})


@contextmanager
def served(path: Path) -> Iterator[str]:
    """Serve the app in a process of its own, and return its address."""
    command = [sys.executable, "-m", "explorer", "--no-browser", "--store", str(path)]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            yield next(word for word in process.stdout.readline().split() if word.startswith("http"))
        finally:
            process.terminate()


async def crowd(url: str, questions: Iterator[str], seconds: int) -> tuple[list[Asked], float]:
    """Let everybody open the page and ask until the time is over; return what came of it, and in how many seconds.

    A question that is asked in time is waited for.
    """
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=httpx.Limits()) as http:
        events = Events.of((await http.get("config")).json())
        people = [Person(http, events, f"person{number:08}") for number in range(N_PEOPLE)]
        await asyncio.gather(*(person.open_page() for person in people))
        began = time.monotonic()
        lists = await asyncio.gather(*(person.ask_until(began + seconds, questions) for person in people))
    return [asked for each in lists for asked in each], time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Person:
    """One browser."""

    http: httpx.AsyncClient
    events: Events
    session: str

    async def open_page(self) -> None:
        if not await self._sent(self.events.navigate, [], {"query": "", "place": 0}):
            raise RuntimeError("The page could not be opened.")

    async def ask_until(self, end: float, questions: Iterator[str]) -> list[Asked]:
        asked: list[Asked] = []
        while (began := time.monotonic()) < end:
            data = [next(questions), MODES[len(asked) % len(MODES)]]
            is_answered = await self._sent(self.events.ask, data)
            asked.append(Asked(time.monotonic() - began, is_answered))
        return asked

    async def _sent(self, event: int, data: list[Any], event_data: dict[str, Any] | None = None) -> bool:
        """Join the queue, and listen until it says that all is shown; tell whether it was."""
        body = {"fn_index": event, "session_hash": self.session, "data": data, "event_data": event_data}
        try:
            joined = await self.http.post("gradio_api/queue/join", json=body)
            joined.raise_for_status()
            return await self._is_shown()
        except httpx.HTTPError:
            return False

    async def _is_shown(self) -> bool:
        async with self.http.stream("GET", "gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            async for message in messages_of(stream):
                if message["msg"] == "process_completed":
                    return bool(message["success"])
        return False


async def messages_of(stream: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in stream.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))
