"""A stand-in for the Gemini API: a real HTTP server that is strict, counts, fails on demand, and embeds by counting."""

from __future__ import annotations

import argparse
import json
import logging
import math
import re
import signal
import socket
import struct
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from tests.gemini_embeddings import (
    DIMENSIONS,
    MODELS,
    OTHER_MODELS,
    TASK_TYPES,
    Request,
    describe,
    embedding_of,
    list_models,
    read_request,
    row_of,
)
from tests.gemini_faults import (
    TYPES,
    Answer,
    Fault,
    Meter,
    Quotas,
    Storm,
    fail_before_embedding,
    refuse,
    refuse_argument,
    spoil,
)
from tests.gemini_generation import generate, prompt_of

# What tests need, whichever module it lives in.
__all__ = ["API_KEY", "Answer", "Fault", "GeminiServer", "Quotas", "Request", "Storm", "embedding_of", "refuse"]

API_KEY = "key-of-the-stand-in"
MAX_BATCH = 100
MAX_BYTES = 4 * 1024 * 1024
ADDRESS = re.compile(r"/v1(?:beta)?/models(?:/(?P<model>[^/:]+)(?::(?P<action>\w+))?)?")
BATCH, SINGLE, GENERATE = "batchEmbedContents", "embedContent", "generateContent"
NO_KEY = {"@type": f"{TYPES}ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}
ENDING = (signal.SIGINT, signal.SIGTERM)
LOG = logging.getLogger(__name__)


class GeminiServer(ThreadingHTTPServer):
    """Answers on a free port of this machine while its ``with`` block runs, and remembers what it was asked.

    ``paths`` has one entry for every request, ``prompts`` one for every request to write, ``texts`` and
    ``task_types`` one for every text that was embedded;
    ``n_embedded`` counts how often each was, and ``n_lost`` how often a fault then kept the embedding from arriving.

    Parameters
    ----------
    latency
        The seconds that each answer takes.
    refuses
        A word, or a predicate: a call with such a text is refused whole, and not told for which.
    """

    request_queue_size = 128  # with the 5 by default, those who connect at once wait for a second

    def __init__(
        self,
        *,
        latency: float = 0.0,
        quotas: Quotas | None = None,
        storm: Storm | None = None,
        refuses: str | Callable[[str], bool] = lambda text: False,
        port: int = 0,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.environment = {"GOOGLE_GEMINI_BASE_URL": self.url, "GOOGLE_API_KEY": API_KEY, "NO_PROXY": "127.0.0.1"}
        self.latency = latency
        self._meter = Meter(quotas or Quotas())
        self._storm = storm or Storm(0)
        self._refuses = (lambda text: refuses in text) if isinstance(refuses, str) else refuses
        self._answers: deque[Answer] = deque()
        self._faults: deque[Fault] = deque()
        self._connections: set[socket.socket] = set()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._n_in_progress = 0
        self.reset()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Forget everything that was counted."""
        with self._lock:
            self.paths: list[str] = []
            self.texts: list[str] = []
            self.prompts: list[str] = []
            self.task_types: list[str] = []
            self.n_embedded: Counter[Request] = Counter()
            self.n_lost: Counter[Request] = Counter()
            self.n_refused_for_quota = 0
            self.most_in_progress = 0

    @property
    def n_requests(self) -> int:
        return len(self.paths)

    @property
    def n_texts(self) -> int:
        return len(self.texts)

    def answer_next(self, status: int, body: str, n_requests: int = 1) -> None:
        """Give the next requests this answer, whatever they ask."""
        self._answers.extend([Answer(status, body)] * n_requests)

    def fail_next(self, fault: Fault, n_requests: int = 1) -> None:
        """Let the next requests fail in this way."""
        self._faults.extend([fault] * n_requests)

    def counts(self) -> dict[str, Any]:
        """Return what ``GET /counts`` tells; a text is distinct by all that its embedding depends on."""
        with self._lock:
            again = [request for request, n_times in self.n_embedded.items() if n_times > 1]
            return {
                "n_requests": self.n_requests,
                "n_texts": self.n_texts,
                "n_distinct_texts": len(self.n_embedded),
                "n_lost": self.n_lost.total(),
                "n_refused_for_quota": self.n_refused_for_quota,
                "most_in_progress": self.most_in_progress,
                "embedded_again": [
                    {**one._asdict(), "n_embedded": self.n_embedded[one], "n_lost": self.n_lost[one]} for one in again
                ],
            }

    @contextmanager
    def in_progress(self) -> Iterator[None]:
        """Count a request as in progress until its answer is sent."""
        with self._lock:
            self._n_in_progress += 1
            self.most_in_progress = max(self.most_in_progress, self._n_in_progress)
        try:
            yield
        finally:
            with self._lock:
                self._n_in_progress -= 1

    def respond(self, path: str, api_key: str | None, content: bytes) -> Answer:
        """Take the time that an answer takes, and give it."""
        with self._lock:
            self.paths.append(path)
        self._ended.wait(self.latency)
        if len(content) > MAX_BYTES:
            return refuse_argument(f"Request payload size exceeds the limit: {MAX_BYTES} bytes.")
        try:
            body = json.loads(content or "{}")
        except ValueError:
            return refuse_argument("Invalid JSON payload received.")
        return self.answer(path, api_key, body)

    def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
        with suppress(IndexError):
            return self._answers.popleft()
        fault = self._next_fault()
        if fault and not fault.is_after_embedding:
            return fail_before_embedding(fault)
        if api_key != API_KEY:
            return refuse_argument("API key not valid. Please pass a valid API key.", NO_KEY)
        url = urlsplit(path)
        address = ADDRESS.fullmatch(url.path)
        model, action = address.groups() if address else ("", "")
        if action in (BATCH, SINGLE) and model in MODELS:
            return self._embed(model, action, body, fault)
        if action == GENERATE and model in OTHER_MODELS:
            return self._generate(body, fault)
        if address and not action and model in {None, *MODELS, *OTHER_MODELS}:
            return Answer(200, json.dumps(describe(model) if model else list_models(url.query)))
        return refuse(404, "NOT_FOUND", f"{path} is not found, or is not supported for embedContent.")

    def _next_fault(self) -> Fault | None:
        with self._lock:
            return self._faults.popleft() if self._faults else self._storm.next()

    def _embed(self, model: str, action: str, body: dict[str, Any], fault: Fault | None) -> Answer:
        is_batch = action == BATCH
        try:
            requests = [read_request(one, model) for one in (body["requests"] if is_batch else [body])]
        except (KeyError, TypeError):
            return refuse_argument("Invalid JSON payload received.")
        if refusal := self._objection(requests) or self._over_quota(requests):
            return refusal
        self._count(requests, fault)
        rows = [f'{{"values":{row}}}' for row in spoil([row_of(request) for request in requests], fault)]
        content = f'{{"embeddings":[{",".join(rows)}]}}' if is_batch else f'{{"embedding":{(*rows, "null")[0]}}}'
        return Answer(200, content[: len(content) // 2] if fault is Fault.CUT_OFF else content, fault)

    def _generate(self, body: dict[str, Any], fault: Fault | None) -> Answer:
        try:
            prompt = prompt_of(body)
            with self._lock:
                self.prompts.append(prompt)
            return generate(body, fault)
        except (KeyError, TypeError, ValueError):
            return refuse_argument("Invalid JSON payload received.")

    def _objection(self, requests: Sequence[Request]) -> Answer | None:
        if len(requests) > MAX_BATCH:
            message = f"* BatchEmbedContentsRequest.requests: at most {MAX_BATCH} requests can be in one batch"
            return refuse_argument(message)
        if not requests:
            return refuse_argument("* BatchEmbedContentsRequest.requests is empty")
        messages = filter(None, map(self._objection_to, requests))
        return next(map(refuse_argument, messages), None)

    def _objection_to(self, request: Request) -> str:
        if not request.text:
            return "* EmbedContentRequest.content contains an empty Part."
        if request.dimensions not in DIMENSIONS:
            return f"output_dimensionality must be {DIMENSIONS[0]} to {DIMENSIONS[-1]}."
        if request.task_type not in TASK_TYPES:
            return "Invalid value at 'task_type'."
        # The API does not tell which text it is.
        return "Request contains an invalid argument." if self._refuses(request.text) else ""

    def _over_quota(self, requests: Sequence[Request]) -> Answer | None:
        with self._lock:
            texts = [request.text for request in requests]
            refusal = self._meter.spend(requests[0].model, texts, time.monotonic())
            self.n_refused_for_quota += refusal is not None
            return refusal

    def _count(self, requests: Sequence[Request], fault: Fault | None) -> None:
        with self._lock:
            self.texts.extend(request.text for request in requests)
            self.task_types.extend(request.task_type for request in requests)
            self.n_embedded.update(requests)
            if fault:
                # Of an answer with one that is no number, all others can be used.
                self.n_lost.update(requests[-1:] if fault is Fault.NAN else requests)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that goes away, as an interrupted one does, is no error of the server's.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: GeminiServer

    def do_GET(self) -> None:
        if self.path == "/counts":
            self._send(Answer(200, json.dumps(self.server.counts())))
        else:
            self._answer(b"")

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/reset":
            self.server.reset()
            self._send(Answer(200, "{}"))
        else:
            self._answer(content)

    def _answer(self, content: bytes) -> None:
        with self.server.in_progress():
            answer = self.server.respond(self.path, self.headers["x-goog-api-key"], content)
            fault = answer.fault.name if answer.fault else ""
            LOG.info("%s, %d bytes: %d %s", self.path, len(content), answer.status, fault)
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        if answer.fault is Fault.SILENCE:
            # Returns when the client gives up, or the server ends.
            self.connection.recv(1, socket.MSG_PEEK)
        if answer.fault in (Fault.SILENCE, Fault.RESET):
            self._reset()
            return
        content = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if answer.fault is Fault.RESET_MIDWAY:
            self.wfile.write(content[: len(content) // 2])
            self._reset()
        else:
            self.wfile.write(content)

    def _reset(self) -> None:
        """Close the connection at once, not to linger makes that a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.gemini_server", description="A stand-in for the Gemini API.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each answer takes")
    parser.add_argument("--rpm", type=int, default=math.inf, help="requests a minute; each text is one")
    parser.add_argument("--tpm", type=int, default=math.inf, help="tokens a minute; four bytes are one")
    parser.add_argument("--rpd", type=int, default=math.inf, help="requests a day, which is 1,440 minutes")
    parser.add_argument("--window", type=float, default=60.0, help="seconds that a minute takes")
    parser.add_argument("--no-retry-info", action="store_true", help="do not tell when a quota has room again")
    parser.add_argument("--storm", type=float, default=0.0, help="the fraction of requests that fail")
    parser.add_argument("--seed", type=int, default=0, help="of the storm")
    parser.add_argument("--refuse", default="\0", metavar="WORD", help="refuse calls with a text that contains it")
    parser.add_argument("--log", type=Path, help="a file that gets one line for each request")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    options = parse(arguments)
    if options.log:
        logging.basicConfig(filename=options.log, level=logging.INFO, format="%(asctime)s %(message)s")
    # Before any thread begins, since each would otherwise take the signals in its own way.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    with GeminiServer(
        latency=options.latency,
        quotas=Quotas(options.rpm, options.tpm, options.rpd, options.window, not options.no_retry_info),
        storm=Storm(options.storm, options.seed),
        refuses=options.refuse,
        port=options.port,
    ) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        signal.sigwait(ENDING)


if __name__ == "__main__":
    main()
