"""The guard: who may reach the app, from where, and what Gradio offers besides that nobody may have."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from secrets import compare_digest
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from gradio_client.utils import is_file_obj, is_http_url_like, traverse
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response

from explorer.app.exposure import LOOPBACK, Auth

UPLOADS = "/gradio_api/upload"
# Where Gradio would fetch something from another host for whoever asks it to.
FETCHING = re.compile(r"/gradio_api/(file[=/]+[a-z][a-z0-9+.-]*:/|proxy=)", re.IGNORECASE)


class Guard:
    """Middleware that stands before Gradio, whose own login keeps its routes.

    A page elsewhere cannot ask through someone's browser, be it by a form (its origin is another), or by a name that
    it lets lead here (without a password, only this machine's names are answered). What is not Gradio's asks for the
    same name and password by HTTP's basic authentication.
    """

    def __init__(self, app: Any, host: str, auth: Auth | None, private: str, takes_uploads: bool) -> None:
        self._app = app
        self._names = {*LOOPBACK, host.strip("[]").lower()}
        self._auth = auth
        self._private = private
        self._takes_uploads = takes_uploads

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        refusal = next(self._refusals(scope), None) if scope["type"] in ("http", "websocket") else None
        await (refusal or self._app)(scope, receive, send)

    def _refusals(self, scope: Any) -> Iterator[Response]:
        headers, path = Headers(scope=scope), scope["path"]
        if self._auth is None and name_in(headers.get("host", "")) not in self._names:
            yield PlainTextResponse("Nothing is called that here: use localhost.", 403)
        if not is_same_origin(headers):
            yield PlainTextResponse("A page of another origin cannot ask this app.", 403)
        if FETCHING.match(path) or (path.rstrip("/") == UPLOADS and not self._takes_uploads):
            yield PlainTextResponse("The app neither fetches nor takes files.", 403)
        if self._auth and path.startswith(self._private) and not is_signed(headers, self._auth):
            yield PlainTextResponse("A name and a password are needed.", 401, {"WWW-Authenticate": "Basic"})


def name_in(host: str) -> str | None:
    """Return the name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def is_same_origin(headers: Headers) -> bool:
    """Tell whether a request comes from a page of this app, or from no page."""
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2].lower() == headers.get("host", "").lower()


def is_signed(headers: Headers, auth: Auth) -> bool:
    """Tell whether a request bears the name and the password, in a time that says nothing of them."""
    kind, _, credentials = headers.get("authorization", "").partition(" ")
    try:
        given = b64decode(credentials, validate=True)
    except (NotBase64, ValueError):
        return False
    return kind.lower() == "basic" and compare_digest(given, ":".join(auth).encode())


def require_none_elsewhere(inputs: list[Any]) -> None:
    """Refuse what an event says of files where one is to be fetched from another host."""

    def refuse(_: object) -> None:
        raise gr.Error("The app fetches no files: upload the file itself.", print_exception=False)

    traverse(inputs, refuse, lambda data: is_file_obj(data) and is_http_url_like(data["path"]))


def takes_uploads(page: gr.Blocks) -> bool:
    """Tell whether there is anything on a page that files can be given to."""
    places = (block for block in page.blocks.values() if isinstance(block, gr.File | gr.UploadButton))
    return any(place.interactive is not False for place in places)
