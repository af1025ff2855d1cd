"""A stand-in for the Gemini API: a real HTTP server, whose embeddings a reader can work out.

An embedding counts a text's words, each on the axis that its checksum names, and has one half on the axis of its
task type. So texts that share words are near, and no embedding has unit length.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from zlib import crc32

API_KEY = "key-of-the-stand-in"
MODELS = ("gemini-embedding-001", "gemini-embedding-2")
MAX_BATCH = 100
FULL_DIMENSIONS = 3072
TASK_TYPES = (
    "TASK_TYPE_UNSPECIFIED",
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
)
UNSPECIFIED = TASK_TYPES[0]
ADDRESS = re.compile(r"/v1(?:beta)?/models/(?P<model>[^/:]+):batchEmbedContents")


class Answer(NamedTuple):
    status: int
    body: str


class GeminiServer(ThreadingHTTPServer):
    """Answers on a free port of this machine while its ``with`` block runs, and remembers what it was asked.

    ``paths`` has one entry for every request, ``texts`` and ``task_types`` one for every text that was embedded.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.environment = {"GOOGLE_GEMINI_BASE_URL": self.url, "GOOGLE_API_KEY": API_KEY, "NO_PROXY": "127.0.0.1"}
        self.paths: list[str] = []
        self.texts: list[str] = []
        self.task_types: list[str] = []
        self._answers: deque[Answer] = deque()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def n_requests(self) -> int:
        return len(self.paths)

    @property
    def n_texts(self) -> int:
        return len(self.texts)

    def answer_next(self, status: int, body: str, n_requests: int = 1) -> None:
        """Give the next requests this answer, whatever they ask."""
        self._answers.extend([Answer(status, body)] * n_requests)

    def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
        self.paths.append(path)
        with suppress(IndexError):
            return self._answers.popleft()
        if api_key != API_KEY:
            return refuse(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID")
        address = ADDRESS.fullmatch(path)
        if not address or address["model"] not in MODELS:
            return refuse(404, "NOT_FOUND", f"{path} is not found, or is not supported for embedContent.")
        if len(body["requests"]) > MAX_BATCH:
            return refuse(400, "INVALID_ARGUMENT", f"At most {MAX_BATCH} requests can be in one batch.")
        embeddings = [{"values": self._embed(request, address["model"])} for request in body["requests"]]
        return Answer(200, json.dumps({"embeddings": embeddings}))

    def _embed(self, request: dict[str, Any], model: str) -> list[float]:
        text = " ".join(part["text"] for part in request["content"]["parts"])
        task_type = request.get("taskType", UNSPECIFIED)
        self.texts.append(text)
        self.task_types.append(task_type)
        honored = UNSPECIFIED if model == "gemini-embedding-2" else task_type
        return embedding_of(text, honored, request.get("outputDimensionality", FULL_DIMENSIONS))


def embedding_of(text: str, task_type: str, dimensions: int) -> list[float]:
    """Return the embedding that the stand-in gives a text; the last axes are those of the task types."""
    embedding = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()):
        embedding[crc32(word.encode()) % (dimensions - len(TASK_TYPES))] += 1.0
    embedding[TASK_TYPES.index(task_type) - len(TASK_TYPES)] = 0.5
    return embedding


def refuse(code: int, status: str, message: str, reason: str | None = None) -> Answer:
    """Return an error as Google's APIs tell it."""
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}]
    error = {"code": code, "message": message, "status": status, "details": details if reason else []}
    return Answer(code, json.dumps({"error": error}))


class _Handler(BaseHTTPRequestHandler):
    server: GeminiServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, text = self.server.answer(self.path, self.headers["x-goog-api-key"], body)
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""
