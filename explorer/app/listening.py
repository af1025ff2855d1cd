"""Listening: the hosts that the app can be served on, and the ports that are free there."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator

from ingest.errors import UserError

N_PORTS = 100
MOST_PORT = 65_535
ANY_OF_IPV6 = "::"


def free_ports(host: str, port: int) -> Iterator[int]:
    """Yield the ports, from the given one on, that nobody listens on."""
    for candidate in range(port, min(port + N_PORTS, MOST_PORT + 1)):
        if _is_free(host, candidate):
            yield candidate


def as_in_url(host: str) -> str:
    """Return a host as an address has it: IPv6 within brackets."""
    bare = host.strip("[]")
    return f"[{bare}]" if ":" in bare else bare


def visitable(url: str) -> str:
    """Return an address that a browser of this machine can open, where that of every interface is none."""
    return url.replace(as_in_url(ANY_OF_IPV6), as_in_url("::1"))


def bypass_proxies(host: str) -> None:
    """Keep Gradio's check of its own address from going through a proxy."""
    for variable in ("NO_PROXY", "no_proxy"):
        exceptions = [os.environ.get(variable, ""), "127.0.0.1", "localhost", host.strip("[]")]
        os.environ[variable] = ",".join(filter(None, exceptions))


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            return False
        raise UserError(f"Nothing can be served on {host} ({error.strerror}): give another --host.") from error
    return True
