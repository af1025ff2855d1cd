"""Heads of requests: where one comes from, what it is for, and whether it bears the password."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from ipaddress import IPv4Address, IPv6Address, ip_address
from secrets import compare_digest
from typing import Any
from urllib.parse import urlsplit

from starlette._utils import get_route_path  # what the router itself asks: any other way leads around the guard
from starlette.datastructures import Headers

from explorer.app.exposure import Auth


def path_of(scope: Any) -> str:
    """Return the path that routes are found by: without that at which a proxy has the app (GRADIO_ROOT_PATH)."""
    return get_route_path(scope)


def client_of(scope: Any) -> str:
    """Return where a request comes from, which a proxy on this machine may have said: an address, or of IPv6 a network.

    Whoever has one address of IPv6 has the 2**64 beside it.
    """
    client = str(scope["client"][0]) if scope.get("client") else ""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv4Address):
        return client
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


def name_in(host: str) -> str | None:
    """Return the name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def is_same_origin(headers: Headers) -> bool:
    """Tell whether a request comes from a page of this app, or from no page; links from elsewhere may lead here."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
    if origin is not None:
        return origin.partition("://")[2].lower() == headers.get("host", "").lower()
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return is_link or site in ("same-origin", "none")


def is_signed(headers: Headers, auth: Auth) -> bool:
    """Tell whether a request bears the name and the password, in a time that says nothing of them."""
    kind, _, credentials = headers.get("authorization", "").partition(" ")
    try:
        given = b64decode(credentials, validate=True)
    except (NotBase64, ValueError):
        return False
    return kind.lower() == "basic" and compare_digest(given, ":".join(auth).encode())
