"""A Chroma server of the tests' own: ``chroma run`` in a process, on a free port of this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

import chromadb
import httpx

from ingest.store.server import Server

SECONDS_TO_START = 60.0


class ChromaServer:
    """Runs in its ``with`` block; it can be killed and started again on the same files and port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        program = shutil.which("chroma", path=str(Path(sys.executable).parent)) or "chroma"
        command = [program, "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def clear(self) -> None:
        with closing(self.client()) as client:  # type: ignore[type-var]
            for collection in client.list_collections():
                client.delete_collection(collection.name)

    def names(self) -> list[str]:
        with closing(self.client()) as client:  # type: ignore[type-var]
            return sorted(collection.name for collection in client.list_collections())

    def client(self) -> chromadb.api.ClientAPI:
        return Server(self.url).connect()

    def _wait(self) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(httpx.TransportError):
                httpx.get(f"{self.url}/api/v2/heartbeat", trust_env=False)
                return
            time.sleep(0.05)
        raise TimeoutError(f"no Chroma server came up at {self.url}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
