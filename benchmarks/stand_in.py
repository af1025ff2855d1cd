"""The stand-in for the Gemini API in a process of its own, as the API is, and ingests that ask it in theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.gemini_server import API_KEY

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class StandIn:
    """Where the stand-in answers, and a file that gets a line with each answer."""

    url: str
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to take the stand-in for the API."""
        reached = {"GOOGLE_GEMINI_BASE_URL": self.url, "GOOGLE_API_KEY": API_KEY, "NO_PROXY": "127.0.0.1"}
        return {**os.environ, **reached}

    def counts(self) -> dict[str, Any]:
        """Return what was asked so far, in the words of ``GeminiServer.counts``."""
        with urlopen(f"{self.url}/counts") as answer:
            counts: dict[str, Any] = json.load(answer)
        return counts

    def ingest(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run an ingest to its end."""
        command = ingest_command(*arguments)
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)


@contextmanager
def stand_in(log: Path, *options: object) -> Iterator[StandIn]:
    """Run the stand-in, whose options are those of ``python -m tests.gemini_server``."""
    command = [sys.executable, "-m", "tests.gemini_server", "--log", str(log), *map(str, options)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield StandIn(server.stdout.readline().strip() if server.stdout else "", log)
        finally:
            server.terminate()


def ingest_command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "ingest", *map(str, arguments)]
