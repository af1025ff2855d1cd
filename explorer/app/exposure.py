"""Exposure: whom the app may be served to, and with which rights, which is known before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from explorer.app.rights import Rights
from ingest.errors import UserError

Auth = tuple[str, str]

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the app is served, and to whom; ``auth`` is a user's name and password."""

    host: str = "127.0.0.1"
    port: int = 7860
    auth: Auth | None = None
    open_browser: bool = False
    serves_mcp: bool = False
    allows_changes: bool = False
    most_usd: float | None = None

    @property
    def rights(self) -> Rights:
        """What visitors may do: a password is for others than the owner, also where a proxy leads them here."""
        return Rights(self.allows_changes or self.auth is None, self.most_usd)

    @property
    def in_clear_text(self) -> str:
        """What is to be said of a password that a network carries, or nothing."""
        if self.auth is None or is_loopback(self.host):
            return ""
        return "The password is sent over the network in clear text, unless HTTPS is put before the app."


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
