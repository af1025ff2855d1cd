"""Ports for the apps under test."""

from __future__ import annotations

import socket


def free_port() -> int:
    """Return a port of the system's choice.

    Were one port used again and again, a browser would take an old app's connection for a new app's, find it
    lost, and load the page anew in the middle of a test.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
