"""The guard: who may reach the app, from where, and what Gradio offers besides that nobody may have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio_client.utils import is_file_obj, is_http_url_like, traverse
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response

from explorer.app.attempts import Attempts, TooManyAttemptsError
from explorer.app.exposure import LOOPBACK, Auth
from explorer.app.heads import client_of, is_same_origin, is_signed, name_in, path_of

UPLOADS = "/gradio_api/upload"
LOGIN = "/login"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # the router finds a route also where its path ends in a line break
# Where Gradio would fetch something from another host for whoever asks it to.
FETCHING = re.compile(r"/gradio_api/(file[=/]+[a-z][a-z0-9+.-]*:/|proxy=)", re.IGNORECASE)
# What the app has no use for: it takes files, or writes whatever it is asked for into the log, before any login.
UNUSED = re.compile(
    r"/gradio_api/(custom_component|deep_link|dev|process_recording|profiling|run-history|stream|(undo-)?vibe-[a-z-]+)/?"
    r"|/monitoring/?"
)
MOST_ASKED = 4_000_000  # bytes of a request that is no upload: Gradio reads all before it asks for the password
TOLD_TO_BROWSERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",  # no page elsewhere shows ours, to have it clicked blindly
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # addresses say what was asked
}


@dataclass(frozen=True, slots=True)
class Door:
    """What the guard stands before: a host, the name and the password that it asks for, and the files that it takes.

    ``private`` is where what is not Gradio's begins.
    """

    host: str
    auth: Auth | None
    private: str
    most_uploaded: int = 0  # bytes; of 0, there is nothing to be uploaded for

    @property
    def names(self) -> set[str]:
        return {*LOOPBACK, self.host.strip("[]").lower()}

    def lets_in(self, headers: Headers) -> bool:
        return self.auth is None or is_signed(headers, self.auth)


class Guard:
    """Middleware that stands before Gradio, whose own login keeps its routes.

    A page elsewhere cannot ask through someone's browser, be it by a form (its origin is another), or by a name that
    it lets lead here (without a password, only this machine's names are answered). What is not Gradio's asks for the
    same name and password by HTTP's basic authentication. Whoever guesses at them waits longer each time.
    """

    def __init__(self, app: Any, door: Door, attempts: Attempts | None = None) -> None:
        self._app = app
        self._door = door
        self._attempts = attempts or Attempts()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = next(self._refusals(scope), None) or self._entrance(scope)
        await answer(scope, receive, told_to_browsers(send))

    def _refusals(self, scope: Any) -> Iterator[Response]:
        headers, path, door = Headers(scope=scope), path_of(scope), self._door
        if CONTROL.search(path):
            yield PlainTextResponse("There is no such page.", 404)
        if door.auth is None and name_in(headers.get("host", "")) not in door.names:
            yield PlainTextResponse("Nothing is called that here: use localhost.", 403)
        if not is_same_origin(headers):
            yield PlainTextResponse("A page of another origin cannot ask this app.", 403)
        is_upload = path.rstrip("/") == UPLOADS
        if FETCHING.match(path) or (is_upload and not door.most_uploaded):
            yield PlainTextResponse("The app neither fetches nor takes files.", 403)
        if UNUSED.match(path):
            yield PlainTextResponse("There is no such page.", 404)
        if "transfer-encoding" in headers:
            yield PlainTextResponse("Say how long the request is, in Content-Length.", 411)
        if int(headers.get("content-length", 0)) > MOST_ASKED + door.most_uploaded * is_upload:
            yield PlainTextResponse("The request is larger than any that the app takes.", 413)

    def _entrance(self, scope: Any) -> Any:
        """Return what answers a request that nothing speaks against: the app itself, or what looks at a password."""
        path = path_of(scope)
        if self._door.auth and path.startswith(self._door.private):
            return self._let_in_signed
        if self._door.auth and path.rstrip("/") == LOGIN:
            return self._log_in
        return self._app

    async def _let_in_signed(self, scope: Any, receive: Any, send: Any) -> None:
        headers, answer = Headers(scope=scope), self._app
        if "authorization" not in headers:
            answer = unsigned()
        else:
            try:
                async with self._attempts.turn(client_of(scope)):
                    if not self._door.lets_in(headers):
                        self._attempts.note_wrong(client_of(scope))
                        answer = unsigned()
            except TooManyAttemptsError:
                answer = too_many()
        await answer(scope, receive, send)

    async def _log_in(self, scope: Any, receive: Any, send: Any) -> None:
        """Let Gradio look at what its form was sent, and remember where that was wrong."""

        async def noting(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 400:
                self._attempts.note_wrong(client_of(scope))
            await send(message)

        try:
            async with self._attempts.turn(client_of(scope)):
                await self._app(scope, receive, noting)
        except TooManyAttemptsError:
            await too_many()(scope, receive, send)


def unsigned() -> Response:
    return PlainTextResponse("A name and a password are needed.", 401, {"WWW-Authenticate": "Basic"})


def too_many() -> Response:
    return PlainTextResponse("Too many passwords came from your address at once: try again in a minute.", 429)


def told_to_browsers(send: Any) -> Any:
    """Return a ``send`` that adds to each answer what browsers shall do with it."""

    async def telling(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in TOLD_TO_BROWSERS.items():
                headers.setdefault(name, value)
        await send(message)

    return telling


def require_none_elsewhere(inputs: list[Any]) -> None:
    """Refuse what an event says of files where one is to be fetched from another host."""

    def refuse(_: object) -> None:
        raise gr.Error("The app fetches no files: upload the file itself.", print_exception=False)

    traverse(inputs, refuse, lambda data: is_file_obj(data) and is_http_url_like(data["path"]))


def takes_uploads(page: gr.Blocks) -> bool:
    """Tell whether there is anything on a page that files can be given to."""
    places = (block for block in page.blocks.values() if isinstance(block, gr.File | gr.UploadButton))
    return any(place.interactive is not False for place in places)
