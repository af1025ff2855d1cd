"""Exposure: whom the app may be served to, which is known before anything is opened."""

from __future__ import annotations

from ipaddress import ip_address

from ingest.errors import UserError

Auth = tuple[str, str]

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def require_safe(host: str, auth: Auth | None) -> None:
    """Refuse to let others than the people at this machine in without a password."""
    if auth is None and not is_loopback(host):
        raise UserError(
            f"Whoever reaches {host} could read every post: set a password with --auth USER:PASSWORD "
            "(or in EXPLORER_AUTH), or leave --host, which keeps to this machine."
        )


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
